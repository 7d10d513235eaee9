import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compactEntry, expandedLine } from '../../../../daemon/core/journal/compactEntry.ts'
import type { EndEntry, JournalEntry, RequestEntry, ReserveEntry } from '../../../../daemon/core/journal/entry.ts'
import { journalledEntries } from '../../../support/journalledEntries.ts'

test('entries come back as they were, with and without what their reserve says', async () => {
  const entries = await journalledEntries()
  let shortened = 0
  for (const entry of entries) {
    assert.deepEqual(readBack(compactEntry(entry, undefined)), entry)
    const reserve = reserveOf(entry, entries)
    if (reserve === undefined) continue
    assert.deepEqual(readBack(compactEntry(entry, reserve), reserve), entry)
    shortened += 1
  }
  assert.ok(shortened > 6)
})

test('fields that a later build adds at any depth are carried', async () => {
  const entries = await journalledEntries()
  for (const entry of entries) {
    const more = { later: { list: [{ requestId: 'x', i: 1 }], no: false }, i: 'i' }
    const { type } = entry
    const deep =
      type === 'end'
        ? { record: { ...entry.record, more } }
        : type === 'reserve'
          ? { scope: { ...entry.scope, more } }
          : {}
    const later = { ...entry, more, ...deep } as unknown as JournalEntry
    if (type === 'checkpoint') continue
    assert.deepEqual(readBack(compactEntry(later, undefined)), later)
    const reserve = reserveOf(entry, entries)
    if (reserve !== undefined) assert.deepEqual(readBack(compactEntry(later, reserve), reserve), later)
  }
})

test('what differs from the reserve, or is missing beside it, comes back too', async () => {
  const entries = await journalledEntries()
  const end = entries.find((entry): entry is EndEntry => entry.type === 'end' && entry.record.attempt === 2)
  const request = entries.find((entry): entry is RequestEntry => entry.type === 'request')
  assert.ok(end !== undefined && request !== undefined)
  const ofEnd = reserveOf(end, entries) as ReserveEntry
  const { finishReason: _, ...record } = end.record
  const changed = { ...end, record: { ...record, isPractice: true, cost: { kind: 'unknown' as const } } }
  assert.deepEqual(readBack(compactEntry(changed, ofEnd), ofEnd), changed)
  const { plan: __, profile: ___, ...waybill } = request.waybill
  const bare = { ...request, attemptCount: 7, waybill: { ...waybill, caller: { client: 'x', user: 'y' } } }
  const ofRequest = reserveOf(request, entries) as ReserveEntry
  assert.deepEqual(readBack(compactEntry(bare, ofRequest), ofRequest), bare)
})

test('every line of a request holds its id as it is', async () => {
  const entries = await journalledEntries()
  for (const entry of entries) {
    if (entry.type === 'checkpoint') continue
    const line = compactEntry(entry, reserveOf(entry, entries))
    assert.match(line, /"request-[123]"/)
  }
})

test('lines of schema 1 are read as they are', async () => {
  for (const entry of await journalledEntries()) assert.deepEqual(readBack(JSON.stringify(entry)), entry)
})

test('what is no entry is told as such', () => {
  for (const value of [null, 1, [], {}, { t: 'r' }, { t: 'e', i: 'request-1' }, { t: 'q', W: {} }, { t: 'unheard' }]) {
    assert.equal(expandedLine(value), undefined, JSON.stringify(value))
  }
})

function readBack(line: string, reserve?: ReserveEntry): JournalEntry | undefined {
  const expanded = expandedLine(JSON.parse(line))
  if (expanded?.needs !== 'reserve') return expanded?.entry
  assert.ok(reserve !== undefined, 'it needs its reserve')
  assert.equal(expanded.requestId, reserve.requestId)
  return expanded.complete(reserve)
}

/** The last one before it that is meant. */
function reserveOf(entry: JournalEntry, entries: readonly JournalEntry[]): ReserveEntry | undefined {
  return entries.findLast((one): one is ReserveEntry => {
    if (one.type !== 'reserve') return false
    if (entry.type === 'end') return one.requestId === entry.requestId && one.attempt === entry.record.attempt
    return entry.type === 'request' && one.requestId === entry.waybill.requestId
  })
}
