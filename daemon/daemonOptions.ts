/** The options of `waybill daemon`, as `waybill help daemon` says. Undefined: words that are none. */
import type { HandOverLimits } from './core/handOver/handOverPhase.ts'

export type DaemonOptions = { readonly idleExitMs: number; readonly handOver: HandOverLimits }

const minuteMs = 60_000

export function daemonOptionsOf(words: readonly string[]): DaemonOptions | undefined {
  const given = new Map<string, number>()
  for (let at = 0; at < words.length; at += 2) {
    const [option = '', value = ''] = words.slice(at, at + 2)
    if (!names.includes(option) || !/^\d{1,12}$/.test(value)) return undefined
    given.set(option, Number(value))
  }
  return {
    idleExitMs: given.get('--idle-exit-ms') ?? 15 * minuteMs,
    handOver: {
      waitMs: given.get('--hand-over-wait-ms') ?? 10 * minuteMs,
      drainMs: given.get('--hand-over-drain-ms') ?? 2 * minuteMs,
    },
  }
}

const names = ['--idle-exit-ms', '--hand-over-wait-ms', '--hand-over-drain-ms']
