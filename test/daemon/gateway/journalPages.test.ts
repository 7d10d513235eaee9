import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { createJournalPages, type PageQuery } from '../../../daemon/gateway/journalPages.ts'
import { createLedger } from '../../../daemon/gateway/ledger.ts'
import type { Clock } from '../../../daemon/gateway/ports.ts'
import { openJournal } from '../../../daemon/storage/journalFiles.ts'
import type { Waybill } from '../../../shared/domain/waybill.ts'
import { isWanted, type WaybillFilter } from '../../../shared/domain/waybillFilter.ts'
import { noArchive, silentLog } from '../../support/gatewayRig.ts'
import { createHistory, type HistoryStep, historyStep } from '../../support/ledgerHistory.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'

const signal = new AbortController().signal

/** A monotonic clock that goes on by so much each time it is asked, and timers that are due at once. */
function steppingClock(stepMs: number): { readonly clock: Clock; readonly pauses: () => number } {
  let nowMs = 0
  let pauses = 0
  const clock: Clock = {
    wallMs: () => 0,
    monotonicMs: () => (nowMs += stepMs),
    startTimer: (_delayMs, onElapsed) => {
      pauses += 1
      setImmediate(onElapsed)
      return () => undefined
    },
  }
  return { clock, pauses: () => pauses }
}

function rigIn(folder: string) {
  const clock = createManualClock()
  // Its key lies beside it.
  const opened = openJournal({ folder: join(folder, 'journal'), clock, log: silentLog })
  assert.ok(opened.state === 'opened')
  const { journal } = opened
  const ledger = createLedger({ journal, archive: noArchive, clock, log: silentLog })
  const history = createHistory(clock)
  return { journal, take: (step: HistoryStep) => history.take(ledger, step) }
}

/** What a reader of the whole journal finds, newest first. */
function allIn(journal: ReturnType<typeof rigIn>['journal']): readonly Waybill[] {
  const attempts = new Map<string, Waybill['attempts']>()
  const found: Waybill[] = []
  for (const day of journal.days()) {
    for (const entry of journal.readDay(day) ?? []) {
      if (entry.type === 'end') attempts.set(entry.requestId, [...(attempts.get(entry.requestId) ?? []), entry.record])
      if (entry.type !== 'request') continue
      const { waybill } = entry
      found.unshift({ ...waybill, attempts: attempts.get(waybill.requestId) ?? [] })
    }
  }
  return found
}

const filters: fc.Arbitrary<WaybillFilter | undefined> = fc.constantFrom<WaybillFilter | undefined>(
  undefined,
  {},
  { outcome: 'succeeded' },
  { endpoint: 'a/x@two' },
  { provider: 'three', outcome: 'failed' },
  { user: 'nobody' },
)

test('pages put together are what a reader of everything finds, whatever the filter, the limit and the time they have', async (t) => {
  const folder = ownFolder(t)
  let run = 0
  const cases = fc.record({
    steps: fc.array(historyStep, { maxLength: 150 }),
    later: fc.array(historyStep, { maxLength: 20 }),
    filter: filters,
    limit: fc.integer({ min: 1, max: 7 }),
    stepMs: fc.constantFrom(0, 3, 100),
  })
  await fc.assert(
    fc.asyncProperty(cases, async ({ steps, later, filter, limit, stepMs }) => {
      run += 1
      const { journal, take } = rigIn(join(folder, String(run)))
      for (const step of steps) take(step)
      const expected = allIn(journal).filter((waybill) => isWanted(filter ?? {}, waybill))
      const pages = createJournalPages({ journal, clock: steppingClock(stepMs).clock })
      const found: Waybill[] = []
      let query: PageQuery | undefined = { limit, ...(filter !== undefined && { filter }) }
      while (query !== undefined) {
        const page = await pages.page(query, signal)
        assert.ok(page.waybills.length <= limit)
        assert.equal(page.isEnd, page.cursor === undefined)
        found.push(...page.waybills)
        query = page.cursor === undefined ? undefined : { ...query, cursor: page.cursor }
        // New lines do not move the place where the next page begins.
        for (const step of later) take(step)
      }
      assert.deepEqual(found, expected)
      for (const one of expected.slice(0, 3)) assert.deepEqual(await pages.find(one.requestId, signal), one)
      journal.close()
    }),
    { numRuns: 40 },
  )
})

/** Some hundred kilobytes of lines. */
function longRig(t: TestContext) {
  const rig = rigIn(ownFolder(t))
  for (let number = 0; number < 1_000; number++) {
    rig.take({ kind: 'reserve', request: 0, endpoint: 0, nanodollars: 1 })
    rig.take({ kind: 'end', request: 0, outcome: 'succeeded', tokens: number })
    rig.take({ kind: 'finish', request: 0, outcome: 'succeeded' })
  }
  t.after(() => rig.journal.close())
  return rig
}

test('with a filter a page ends after 80 ms with what it found, says how far it looked, and gave way meanwhile', async (t) => {
  const { journal } = longRig(t)
  const { clock, pauses } = steppingClock(2)
  const pages = createJournalPages({ journal, clock })
  const filter = { user: 'nobody' }
  const seen: number[] = []
  let page = await pages.page({ limit: 10, filter }, signal)
  for (; !page.isEnd; page = await pages.page({ limit: 10, filter, cursor: page.cursor ?? '' }, signal)) {
    assert.deepEqual(page.waybills, [])
    assert.ok(page.lookedBackToMs !== undefined)
    seen.push(Number(page.cursor?.split('.')[1]))
  }
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => b - a),
  )
  const slow = steppingClock(41)
  await createJournalPages({ journal, clock: slow.clock }).page({ limit: 10, filter }, signal)
  assert.ok(pauses() > 0)
  assert.equal(slow.pauses(), 1)
})

test('without a filter a page has as many as were asked for, however long it takes', async (t) => {
  const { journal } = longRig(t)
  const { clock, pauses } = steppingClock(500)
  const page = await createJournalPages({ journal, clock }).page({ limit: 500 }, signal)
  assert.equal(page.waybills.length, 500)
  assert.ok(pauses() > 0)
})

test('whoever does not wait for the answer any more ends the search', async (t) => {
  const { journal } = longRig(t)
  const { clock } = steppingClock(1)
  const aborted = AbortSignal.abort()
  assert.equal(await createJournalPages({ journal, clock }).find('request-1' as never, aborted), undefined)
  assert.equal(
    (await createJournalPages({ journal, clock }).find('request-1' as never, signal))?.requestId,
    'request-1',
  )
})
