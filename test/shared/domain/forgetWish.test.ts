import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forgetWishSchema } from '../../../shared/domain/forgetWish.ts'

test('what is to be forgotten before a day names a day that exists', () => {
  const isTaken = (day: string) => forgetWishSchema.safeParse({ kind: 'before', day }).success
  for (const day of ['2026-11-28', '2024-02-29', '0000-01-01', '9999-12-31']) assert.ok(isTaken(day), day)
  for (const day of ['2026-13-45', '2026-02-29', '2026-11-31', '2026-00-10', '2026-1-1', '2026-11-28T00:00', '']) {
    assert.ok(!isTaken(day), day)
  }
})
