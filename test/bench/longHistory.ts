/**
 * A daemon with a million requests over 90 days behind it: from its spawn until clients can find it, with `state.json` and
 * with only the journal, in turns with a daemon in an empty folder; its memory; and what it answers to `waybill/stats`. The
 * past is written by the project's own encoder and reducer, all roll-ups and the lines of the newest day: a start reads no
 * others. Totals must be the same whatever the start reads.
 */
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, type BenchDaemon, createHome, removeHome, type Started, startDaemonIn } from './benchDaemon.ts'
import { type Figure, medianOf } from './figures.ts'
import { writePastHistory } from './pastHistory.ts'
import { residentMegabytesOf } from './processes.ts'
import { measureStatsQueries } from './statsQueries.ts'

type Daemon = BenchDaemon & { readonly announcedAfter: Started }

export async function measureLongHistory(bench: Bench): Promise<readonly Figure[]> {
  const home = createHome()
  try {
    const requests = bench.isSmoke ? 2_000 : 1_000_000
    const stateFolder = join(home, 'state')
    writePastHistory({ stateFolder, requests, days: 90, nowMs: Date.now(), lines: 'newest' })
    const starts = await measureStarts(bench, home)
    const snapshotBytes = statSync(join(stateFolder, 'state.json')).size
    return [
      ...starts,
      {
        id: 'history-state-file',
        title: "state.json, with today's requests",
        value: snapshotBytes / 1e6,
        unit: 'MB',
        limit: 1,
      },
      ...(await measureMemory(bench, home)),
      ...(await measureStatsQueries(bench, home)),
    ]
  } finally {
    removeHome(home)
  }
}

async function measureStarts(bench: Bench, home: string): Promise<readonly Figure[]> {
  const withoutSnapshot: Started[] = []
  const withSnapshot: Started[] = []
  const empty: Started[] = []
  const totals = new Set<string>()
  const rounds = bench.isSmoke ? 1 : 9
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['state.json', 'state.json.bak']) rmSync(join(home, 'state', name), { force: true })
    withoutSnapshot.push(await startedIn(bench, home, totals))
    withSnapshot.push(await startedIn(bench, home, totals))
    empty.push(await startedInEmpty(bench))
  }
  if (totals.size !== 1)
    throw new Error(`expected the same totals after every start, found ${[...totals].join(' and ')}`)
  const ms = (all: readonly Started[]) => medianOf(all.map((one) => one.ms))
  const cpuMs = (all: readonly Started[]) => medianOf(all.map((one) => one.cpuMs))
  return [
    { id: 'history-start', title: 'start until found', value: ms(withSnapshot), unit: 'ms', limit: 400 },
    { id: 'history-start-cpu', title: '  CPU of it', value: cpuMs(withSnapshot), unit: 'ms' },
    { id: 'history-start-ratio', title: '  against an empty folder', value: ms(withSnapshot) / ms(empty), unit: 'x' },
    { id: 'history-rebuild', title: 'start without state.json', value: ms(withoutSnapshot), unit: 'ms', limit: 1_000 },
    { id: 'history-rebuild-cpu', title: '  CPU of it', value: cpuMs(withoutSnapshot), unit: 'ms' },
    {
      id: 'history-rebuild-ratio',
      title: '  against an empty folder',
      value: ms(withoutSnapshot) / ms(empty),
      unit: 'x',
    },
    { id: 'history-empty-start', title: 'start in an empty folder', value: ms(empty), unit: 'ms' },
  ]
}

async function startedIn(bench: Bench, home: string, totals: Set<string>): Promise<Started> {
  const daemon = await startDaemonIn(bench, home)
  const answer = await daemon.client.request('waybill/stats', { range: 'all', groupBy: 'none' })
  // The moment of the question is no total.
  totals.add(JSON.stringify({ ...(answer as object), toMs: undefined }))
  await daemon.end()
  return daemon.announcedAfter
}

async function startedInEmpty(bench: Bench): Promise<Started> {
  const home = createHome()
  try {
    const daemon = await startDaemonIn(bench, home)
    await daemon.end()
    return daemon.announcedAfter
  } finally {
    removeHome(home)
  }
}

async function measureMemory(bench: Bench, home: string): Promise<readonly Figure[]> {
  const daemon: Daemon = await startDaemonIn(bench, home)
  try {
    const { pid } = daemon.spawned
    await daemon.client.request('waybill/status', {})
    const started = residentMegabytesOf(pid)
    let highest = started
    for (const range of ['today', '7d', '30d', '90d', 'all']) {
      for (const groupBy of ['model', 'user', 'none']) {
        await daemon.client.request('waybill/stats', { range, groupBy, series: 'auto' })
        highest = Math.max(highest, residentMegabytesOf(pid))
      }
    }
    return [
      { id: 'history-memory', title: 'memory after the start', value: started, unit: 'MB', limit: 150 },
      { id: 'history-memory-stats', title: 'memory, highest of 15 questions', value: highest, unit: 'MB', limit: 150 },
    ]
  } finally {
    await daemon.end()
  }
}
