/**
 * `waybill/stats` with a million requests over 90 days behind it: each question to a daemon that has just started (files are
 * read) and asked again (what is kept in memory), beside the bare reading of all roll-up files.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rollUpsSnapshot } from '../../daemon/core/metrics/rollUp.ts'
import { createRollUpHistory } from '../../daemon/gateway/rollUpHistory.ts'
import { answerStats } from '../../daemon/gateway/statsAnswer.ts'
import { openJournal } from '../../daemon/storage/journalFiles.ts'
import { createRollUpFiles } from '../../daemon/storage/rollUpFiles.ts'
import { silentLog } from '../support/gatewayRig.ts'
import { createManualClock } from '../support/manualClock.ts'
import { type Bench, createHome, removeHome } from './benchDaemon.ts'
import { type Figure, medianOf } from './figures.ts'
import { writePastHistory } from './pastHistory.ts'

type Params = Parameters<typeof answerStats>[1]

const nowMs = Date.UTC(2026, 10, 28, 18)
const limitMs = 50

const questions: Readonly<Record<string, Params>> = {
  today: { range: 'today', series: 'auto' },
  '7d-by-user': { range: '7d', groupBy: 'user', series: 'auto' },
  '30d': { range: '30d', series: 'auto' },
  '90d': { range: '90d', series: 'auto' },
  '90d-by-endpoint-filtered': { range: '90d', groupBy: 'endpoint', where: { model: ['acme/large'] } },
  'odd-edges': { fromMs: nowMs - 80.4 * 86_400_000, toMs: nowMs - 2.3 * 86_400_000 },
  forecast: { range: 'month', forecast: true },
}

export function measureStats(bench: Bench): readonly Figure[] {
  const stateFolder = createHome()
  try {
    return measuredIn(stateFolder, bench)
  } finally {
    removeHome(stateFolder)
  }
}

function measuredIn(stateFolder: string, bench: Bench): readonly Figure[] {
  const requests = bench.isSmoke ? 2_000 : 1_000_000
  const state = writePastHistory({ stateFolder, requests, days: 90, nowMs, lines: 'newest' })
  const clock = createManualClock(nowMs)
  const opened = openJournal({ folder: join(stateFolder, 'journal'), clock, log: silentLog })
  if (opened.state === 'refused') throw new Error(opened.failure.message)
  const { journal } = opened
  const rollUps = join(stateFolder, 'rollups')
  const freshHistory = () =>
    createRollUpHistory({ journal, archive: createRollUpFiles(rollUps, silentLog), today: () => state.rollUps })
  const rounds = bench.isSmoke ? 1 : 7
  const readingMs = medianOf(Array.from({ length: rounds }, () => timed(() => readAll(rollUps)).wallMs))
  const figures: Figure[] = [
    { id: 'stats-files-read', title: 'all roll-up files, read alone', value: readingMs, unit: 'ms' },
    {
      id: 'stats-today-json',
      title: "today's roll-ups as JSON",
      value: megabytesOf(rollUpsSnapshot(state.rollUps)),
      unit: 'MB',
      limit: 1,
    },
  ]
  for (const [name, params] of Object.entries(questions)) {
    const cold: Timed[] = []
    const warm: Timed[] = []
    for (let round = 0; round < rounds; round += 1) {
      const history = freshHistory()
      cold.push(timed(() => ask(history, params)))
      warm.push(timed(() => ask(history, params)))
    }
    const wallMs = medianOf(cold.map((one) => one.wallMs))
    figures.push(
      { id: `stats-${name}`, title: `stats ${name}, first time`, value: wallMs, unit: 'ms', limit: limitMs },
      { id: `stats-${name}-cpu`, title: '  CPU of it', value: medianOf(cold.map((one) => one.cpuMs)), unit: 'ms' },
      { id: `stats-${name}-ratio`, title: '  against reading all files', value: wallMs / readingMs, unit: 'x' },
      {
        id: `stats-${name}-warm`,
        title: '  asked again',
        value: medianOf(warm.map((one) => one.wallMs)),
        unit: 'ms',
        limit: limitMs,
      },
    )
  }
  const failure = journal.close()
  if (failure !== undefined) throw new Error(failure.message)
  return figures
}

function ask(history: ReturnType<typeof createRollUpHistory>, params: Params): void {
  const answer = answerStats(history, params, nowMs)
  if ('kind' in answer) throw new Error(answer.message)
  if (answer.total.requests === 0) throw new Error('expected requests in the range')
}

function readAll(folder: string): void {
  for (const name of readdirSync(folder)) readFileSync(join(folder, name))
}

type Timed = { readonly wallMs: number; readonly cpuMs: number }

function timed(run: () => void): Timed {
  const startedMs = performance.now()
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return { wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1_000 }
}

function megabytesOf(value: unknown): number {
  return JSON.stringify(value).length / 1e6
}
