/**
 * Reads, writes and removes the discovery file (its shape: shared/protocol/discovery.ts). `readDiscovery`: the daemon
 * that wrote it may be dead; connect to find out. `removeDiscovery` removes it only if it is still the given daemon's.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Discovery, discoveryFileName, discoverySchema } from '../../shared/protocol/discovery.ts'
import { replaceFile } from './atomicFile.ts'
import { describeSystemError, isSystemError } from './systemError.ts'

export type DiscoveryReading =
  | { readonly state: 'present'; readonly discovery: Discovery }
  | { readonly state: 'absent' }
  | { readonly state: 'unusable'; readonly reason: string }

export function readDiscovery(stateFolder: string): DiscoveryReading {
  const path = join(stateFolder, discoveryFileName)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return { state: 'absent' }
    return { state: 'unusable', reason: `${path} cannot be read: ${describeSystemError(error)}` }
  }
  const decoded = discoverySchema.safeParse(parsedOrUndefined(text))
  if (decoded.success) return { state: 'present', discovery: decoded.data }
  const advice = 'it is damaged or a newer Waybill wrote it: update this one, or stop that daemon and remove the file'
  return { state: 'unusable', reason: `${path} is not a discovery file of this version; ${advice}` }
}

export function writeDiscovery(stateFolder: string, discovery: Discovery): void {
  replaceFile(join(stateFolder, discoveryFileName), `${JSON.stringify(discovery)}\n`)
}

export function removeDiscovery(stateFolder: string, token: string): void {
  const reading = readDiscovery(stateFolder)
  if (reading.state !== 'present' || reading.discovery.token !== token) return
  rmSync(join(stateFolder, discoveryFileName), { force: true })
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
