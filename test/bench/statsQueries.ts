/**
 * `waybill/stats` over the socket of a real daemon: each of the heavier questions as the first one that a daemon is asked
 * after its start (files are read) and asked again (what is kept in memory); then every range by every grouping. Beside
 * them the bare reading of all roll-up files, and the emptiest question, whose time is that of the socket.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { namedRanges, statsGroupings } from '../../shared/protocol/stats.ts'
import { type Bench, type BenchDaemon, startDaemonIn } from './benchDaemon.ts'
import { type Figure, medianOf, quantileOf } from './figures.ts'
import { cpuMsOf } from './processes.ts'

const limitMs = 50
const dayMs = 86_400_000

const questions: Readonly<Record<string, object>> = {
  today: { range: 'today', series: 'auto' },
  '7d-by-user': { range: '7d', groupBy: 'user', series: 'auto' },
  '30d': { range: '30d', series: 'auto' },
  '90d': { range: '90d', series: 'auto' },
  '90d-by-endpoint-filtered': { range: '90d', groupBy: 'endpoint', where: { model: ['acme/large'] } },
  'odd-edges': { fromMs: Date.now() - 80.4 * dayMs, toMs: Date.now() - 2.3 * dayMs },
  forecast: { range: 'month', forecast: true },
}

export async function measureStatsQueries(bench: Bench, home: string): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  const rollUps = join(home, 'state', 'rollups')
  const rounds = bench.isSmoke ? 1 : 7
  const reading = Array.from({ length: rounds }, () => {
    const startedMs = performance.now()
    for (const name of readdirSync(rollUps)) readFileSync(join(rollUps, name))
    return performance.now() - startedMs
  })
  figures.push({ id: 'stats-files-read', title: 'all roll-up files, read alone', value: medianOf(reading), unit: 'ms' })
  for (const [name, params] of Object.entries(questions)) {
    const first: Asked[] = []
    const again: Asked[] = []
    for (let round = 0; round < rounds; round += 1) {
      const daemon = await startDaemonIn(bench, home)
      first.push(await ask(daemon, params))
      again.push(await ask(daemon, params))
      await daemon.end()
    }
    const ms = (all: readonly Asked[]) => medianOf(all.map((one) => one.ms))
    figures.push(
      { id: `stats-${name}`, title: `stats ${name}, the first question`, value: ms(first), unit: 'ms', limit: limitMs },
      { id: `stats-${name}-cpu`, title: '  CPU of it', value: medianOf(first.map((one) => one.cpuMs)), unit: 'ms' },
      { id: `stats-${name}-again`, title: '  asked again', value: ms(again), unit: 'ms', limit: limitMs },
    )
  }
  return [...figures, ...(await measureEveryQuestion(bench, home))]
}

async function measureEveryQuestion(bench: Bench, home: string): Promise<readonly Figure[]> {
  const daemon = await startDaemonIn(bench, home)
  try {
    const times: number[] = []
    for (const range of namedRanges) {
      for (const groupBy of statsGroupings) {
        for (const more of [{}, { series: 'auto' }]) times.push((await ask(daemon, { range, groupBy, ...more })).ms)
      }
    }
    const socket = await ask(daemon, { fromMs: 0, toMs: 1 })
    return [
      {
        id: 'stats-every-p50',
        title: `${times.length} questions to one daemon, median`,
        value: medianOf(times),
        unit: 'ms',
      },
      { id: 'stats-every-p95', title: '  95 % of them', value: quantileOf(times, 0.95), unit: 'ms', limit: limitMs },
      { id: 'stats-every-max', title: '  the slowest', value: Math.max(...times), unit: 'ms' },
      { id: 'stats-socket', title: '  a question about no time at all', value: socket.ms, unit: 'ms' },
    ]
  } finally {
    await daemon.end()
  }
}

type Asked = { readonly ms: number; readonly cpuMs: number }

async function ask({ client, spawned }: BenchDaemon, params: object): Promise<Asked> {
  const cpuBeforeMs = cpuMsOf(spawned.pid)
  const startedMs = performance.now()
  await client.request('waybill/stats', params)
  return { ms: performance.now() - startedMs, cpuMs: cpuMsOf(spawned.pid) - cpuBeforeMs }
}
