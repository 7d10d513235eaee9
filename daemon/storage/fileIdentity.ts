/**
 * Tells one file from another that took its name: undefined if there is none. The inode number alone may be given to
 * another file as soon as the first is gone; the time of birth tells them apart.
 */
import { statSync } from 'node:fs'

export function identityOf(path: string): string | undefined {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false })
  return status && `${status.dev}:${status.ino}:${status.birthtimeNs}`
}
