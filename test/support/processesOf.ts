/** The process numbers of everything that runs with this home. Linux only (/proc). */
import { readdirSync, readFileSync } from 'node:fs'
import type { OwnHome } from './ownHome.ts'

export function processesOf(home: OwnHome): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && environmentOf(pid).includes(`WAYBILL_HOME=${home.path}`))
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    // It has ended, or is another user's.
    return []
  }
}
