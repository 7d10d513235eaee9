/** Lines about budgets are read as they were written, and others are refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journalEntrySchema } from '../../../../daemon/core/journal/entry.ts'

const release = { type: 'release', atMs: 1, requestId: 'request-1', attempt: 1, spentNanodollars: 0 }
const allow = { type: 'allow', atMs: 1, endpoint: 'a/x@one' }

test('release and allow lines are journal entries', () => {
  for (const entry of [release, allow]) assert.deepEqual(journalEntrySchema.parse(entry), entry)
})

test('a release of less than nothing, or of a part of a nanodollar, is none', () => {
  for (const spentNanodollars of [-1, 0.5]) {
    assert.ok(!journalEntrySchema.safeParse({ ...release, spentNanodollars }).success)
  }
})
