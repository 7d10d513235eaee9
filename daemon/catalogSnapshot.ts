/**
 * The catalogue that the program brings along. The build puts its text into the bundle; run from source it is read from its
 * file. Parsed only when a configured provider has models in it.
 */
import { readFileSync } from 'node:fs'

declare const WAYBILL_CATALOG: string | undefined

export function catalogSnapshotText(): string {
  if (typeof WAYBILL_CATALOG !== 'undefined') return WAYBILL_CATALOG
  return readFileSync(new URL('catalog/snapshot.json', import.meta.url), 'utf8')
}
