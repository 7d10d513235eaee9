/**
 * CPU time of the books of one request, all threads together, through real files put together as the daemon does: its
 * reserve line, its end and request lines in one write, the reducer, the syncs, the record of its plan among ten endpoints,
 * and its share of the snapshots. In an empty folder and with the open day of a million requests over 90 days behind it, in
 * turns. The floor: the same bytes appended by as many plain writes, with as many syncs. And the bytes of a request.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { planRoute } from '../../daemon/core/routing/planRoute.ts'
import { recordsOf } from '../../daemon/recordsOf.ts'
import { foldersIn } from '../../daemon/storage/dataFolders.ts'
import { openJournal } from '../../daemon/storage/journalFiles.ts'
import { systemClock } from '../../daemon/systemPorts.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import { endpoint } from '../support/endpoints.ts'
import { settingsWith, silentLog } from '../support/gatewayRig.ts'
import { realisticRequest } from '../support/realisticRequest.ts'
import { type Bench, createHome, removeHome } from './benchDaemon.ts'
import { type Figure, medianOf, quantileOf } from './figures.ts'
import { writePastHistory } from './pastHistory.ts'
import { inputFor } from './planning.ts'

const requestsInBatch = 100
const requestsASync = 21

const settings = settingsWith([endpoint('bench/model@provider-0')])
const input = inputFor(10, {})
const plan = planRoute(input)

export async function measureLedgerCost(bench: Bench): Promise<readonly Figure[]> {
  const homes = [createHome(), createHome(), createHome()] as const
  const [fresh, long, floorHome] = homes
  try {
    const requests = bench.isSmoke ? 100 : 22_223
    const nowMs = systemClock.wallMs()
    writePastHistory({ stateFolder: join(long, 'state'), requests, days: 2, nowMs, lines: 'newest' })
    const books = { fresh: openBooks(fresh), long: openBooks(long) }
    const bytes = books.fresh.bytesOfOne()
    const parts = [Buffer.alloc(Math.floor(bytes * 0.6), 'x'), Buffer.alloc(Math.ceil(bytes * 0.4), 'x')]
    const descriptor = openSync(join(floorHome, 'floor'), 'a')
    const decisionBytes = Buffer.alloc(requestsInBatch * 4_000, 'x')
    const costs = { fresh: [] as number[], long: [] as number[], decisions: [] as number[], floor: [] as number[] }
    const batches = bench.isSmoke ? 2 : 200
    for (let batch = 0; batch < batches; batch += 1) {
      costs.fresh.push(await cpuUs(books.fresh.batch()))
      costs.long.push(await cpuUs(books.long.batch()))
      costs.decisions.push(await cpuUs(books.fresh.decisionBatch()))
      costs.floor.push(
        await cpuUs(() => {
          for (let index = 0; index < requestsInBatch; index += 1) {
            for (const part of parts) writeSync(descriptor, part)
            if (index % requestsASync === 0) fdatasyncSync(descriptor)
          }
          writeSync(descriptor, decisionBytes)
        }),
      )
    }
    closeSync(descriptor)
    books.fresh.close()
    books.long.close()
    // The first half warms up.
    const of = (samples: readonly number[]) => medianOf(samples.slice(batches / 2))
    // On a machine that others keep busy, these say what a quiet one would.
    const best = (samples: readonly number[]) => quantileOf(samples.slice(batches / 2), 0.05)
    // Some batches have a snapshot in them and most have none.
    const mean = (samples: readonly number[]) =>
      samples.slice(batches / 2).reduce((sum, one) => sum + one, 0) / Math.ceil(batches / 2)
    const cpu = (id: string, title: string, value: number): Figure => ({ id, title, value, unit: 'us' })
    return [
      { ...cpu('ledger-bytes', 'journal, bytes of a request with one attempt', bytes), unit: 'B', limit: 1_200 },
      { ...cpu('ledger-cpu', 'ledger, journal, decision record: CPU a request', of(costs.fresh)), limit: 60 },
      { ...cpu('ledger-cpu-history', '  with history', of(costs.long)), limit: 60 },
      cpu('ledger-cpu-best', '  the quickest 5 % of the batches', best(costs.fresh)),
      cpu('ledger-cpu-history-best', '  the quickest 5 %, with history', best(costs.long)),
      cpu('ledger-cpu-mean', '  mean, with its share of snapshots', mean(costs.fresh)),
      cpu('ledger-cpu-history-mean', '  mean, with history', mean(costs.long)),
      cpu('ledger-decisions', '  the decision record alone', of(costs.decisions)),
      cpu('ledger-decisions-best', '  the decision record alone, the quickest 5 %', best(costs.decisions)),
      cpu('ledger-floor-best', '  the same bytes by plain writes, the quickest 5 %', best(costs.floor)),
      cpu('ledger-floor', '  the same bytes by plain writes', of(costs.floor)),
      { ...cpu('ledger-history-ratio', '  with history against without', of(costs.long) / of(costs.fresh)), unit: 'x' },
    ]
  } finally {
    homes.forEach(removeHome)
  }
}

type Batch = () => Promise<void> | void

function openBooks(home: string) {
  const folders = foldersIn(home)
  const result = openJournal({ folder: folders.journal, clock: systemClock, log: silentLog })
  if (result.state === 'refused') throw new Error(result.failure.message)
  const { journal } = result
  const records = recordsOf({
    ...{ folders, journal, clock: systemClock, log: silentLog, build: 'bench' },
    config: () => ({ schema: 1 }) as ReturnType<Parameters<typeof recordsOf>[0]['config']>,
    secrets: () => [],
  })
  const { ledger, decisions } = records
  const decide = (requestId: string) =>
    decisions.record({ requestId: requestId as RequestId, input: { ...input, nowMs: Date.now() }, plan, settings })
  const keep = ({ reserve, end, request }: ReturnType<typeof realisticRequest>) => {
    decide(reserve.requestId)
    if (ledger.reserve(reserve) !== undefined) throw new Error('expected the journal to take a line')
    ledger.settle([end, request])
  }
  const fresh = () => realisticRequest(randomUUID(), systemClock.wallMs())
  const journalBytes = () =>
    readdirSync(folders.journal, { withFileTypes: true })
      .filter((one) => one.isFile() && one.name.endsWith('.jsonl'))
      .reduce((sum, { name }) => sum + statSync(join(folders.journal, name)).size, 0)
  return {
    bytesOfOne: () => {
      keep(fresh())
      const before = journalBytes()
      keep(fresh())
      return journalBytes() - before
    },
    batch: (): Batch => {
      const requests = Array.from({ length: requestsInBatch }, fresh)
      return async () => {
        requests.forEach(keep)
        await laterTurns()
      }
    },
    decisionBatch: (): Batch => async () => {
      for (let request = 0; request < requestsInBatch; request += 1) decide(`bench-${request}`)
      await laterTurns()
    },
    close: () => {
      records.close()
      journal.close()
    },
  }
}

/** What a request leaves for later is done by then. */
async function laterTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await pause(2)
}

async function cpuUs(work: Batch): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requestsInBatch
}
