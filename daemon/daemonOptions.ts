/** The options of `waybill daemon`, as `waybill help daemon` says. Undefined: words that are none. */
import type { HandOverLimits } from './core/handOver/handOverPhase.ts'

export type DaemonOptions = { readonly idleExitMs: number; readonly handOver: HandOverLimits }

const minuteMs = 60_000
/** Of how long a daemon that hands over waits, this part is given to what is under way then. */
const drainShare = 1 / 5

export function daemonOptionsOf(words: readonly string[]): DaemonOptions | undefined {
  let idleExitMs = 15 * minuteMs
  let waitMs = 10 * minuteMs
  for (let at = 0; at < words.length; at += 2) {
    const value = words[at + 1] ?? ''
    if (!/^\d{1,12}$/.test(value)) return undefined
    if (words[at] === '--idle-exit-ms') idleExitMs = Number(value)
    else if (words[at] === '--hand-over-ms') waitMs = Number(value)
    else return undefined
  }
  return { idleExitMs, handOver: { waitMs, drainMs: waitMs * drainShare } }
}
