/**
 * CPU time of the books of one request, through real files: its reserve line, its end and request lines in one write, the
 * reducer and the syncs. Beside it the floor: the same bytes appended by two writes, with as many syncs. And the bytes that
 * a request leaves in the journal.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLedger } from '../../daemon/gateway/ledger.ts'
import { openJournal } from '../../daemon/storage/journalFiles.ts'
import { systemClock } from '../../daemon/systemPorts.ts'
import { realisticRequest } from '../support/realisticRequest.ts'
import type { Bench } from './benchDaemon.ts'
import { type Figure, medianOf } from './figures.ts'

const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined }
const noArchive = { days: () => [], read: () => undefined, write: () => undefined }
const requestsInBatch = 500
const requestsASync = 21

export function measureLedgerCost(bench: Bench): readonly Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'wb-bench-'))
  try {
    const result = openJournal({ folder: join(folder, 'journal'), clock: systemClock, log: silentLog })
    if (result.state === 'refused') throw new Error(result.failure.message)
    const { journal } = result
    const ledger = createLedger({ journal, archive: noArchive, clock: systemClock, log: silentLog })
    const keep = ({ reserve, end, request }: ReturnType<typeof realisticRequest>) => {
      ledger.reserve(reserve)
      ledger.settle([end, request])
    }
    keep(realisticRequest(randomUUID(), systemClock.wallMs()))
    const before = journal.position()?.offsetBytes ?? 0
    keep(realisticRequest(randomUUID(), systemClock.wallMs()))
    const bytes = (journal.position()?.offsetBytes ?? 0) - before

    const descriptor = openSync(join(folder, 'floor'), 'a')
    const parts = [Buffer.alloc(Math.floor(bytes * 0.6), 'x'), Buffer.alloc(Math.ceil(bytes * 0.4), 'x')]
    const books: number[] = []
    const floor: number[] = []
    const batches = bench.isSmoke ? 2 : 60
    for (let batch = 0; batch < batches; batch += 1) {
      const requests = Array.from({ length: requestsInBatch }, () =>
        realisticRequest(randomUUID(), systemClock.wallMs()),
      )
      books.push(cpuUs(() => requests.forEach(keep)))
      floor.push(
        cpuUs(() => {
          for (let index = 0; index < requestsInBatch; index += 1) {
            for (const part of parts) writeSync(descriptor, part)
            if (index % requestsASync === 0) fdatasyncSync(descriptor)
          }
        }),
      )
      journal.flush()
    }
    closeSync(descriptor)
    journal.close()
    // The first half warms up.
    const median = (samples: readonly number[]) => medianOf(samples.slice(batches / 2))
    return [
      {
        id: 'ledger-bytes',
        title: 'journal, bytes of a request with one attempt',
        value: bytes,
        unit: 'B',
        limit: 1_200,
      },
      { id: 'ledger-cpu', title: 'ledger and journal, CPU a request', value: median(books), unit: 'us', limit: 60 },
      {
        id: 'ledger-floor',
        title: 'the same bytes by two plain writes, CPU a request',
        value: median(floor),
        unit: 'us',
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function cpuUs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requestsInBatch
}
