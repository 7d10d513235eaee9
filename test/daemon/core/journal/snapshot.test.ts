import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createJournalState, type JournalState } from '../../../../daemon/core/journal/journalState.ts'
import { restoreState, snapshotOf } from '../../../../daemon/core/journal/snapshot.ts'

/** As a file keeps it. */
const written = (state: JournalState): unknown => JSON.parse(JSON.stringify(snapshotOf(state)))

const names = fc.oneof(fc.string(), fc.constantFrom('$map', '$set', '$object', '$number', '__proto__', 'constructor'))
const values = fc.letrec((tie) => ({
  kept: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    // JSON has no negative zero, and nothing counts to it.
    fc.double().map((value) => value + 0),
    fc.boolean(),
    fc.array(tie('kept'), { maxLength: 3 }),
    fc.dictionary(names, tie('kept'), { maxKeys: 3, noNullPrototype: true }),
    fc.array(fc.tuple(names, tie('kept')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(names, { maxLength: 3 }).map((items) => new Set(items)),
  ),
})).kept

test('whatever stands in the state comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(names, values)), (pairs) => {
      const state = { ...createJournalState(), openReservations: new Map(pairs) } as unknown as JournalState
      assert.deepEqual(restoreState(written(state)), state)
    }),
  )
})

test('a fresh state comes back, and none of its fields is left out', () => {
  const fresh = createJournalState()
  const restored = restoreState(written(fresh))
  assert.deepEqual(restored, fresh)
  assert.deepEqual(Object.keys(restored ?? {}), Object.keys(fresh))
})

test('a snapshot that lacks a field, or has one more, or another kind in its place, is not this build’s', () => {
  const snapshot = written(createJournalState()) as Record<string, unknown>
  for (const name of Object.keys(snapshot)) {
    const { [name]: left, ...rest } = snapshot
    assert.equal(restoreState(rest), undefined, `without ${name}`)
    assert.equal(restoreState({ ...rest, [name]: left === '' ? 1 : 'text' }), undefined, `another ${name}`)
  }
  assert.equal(restoreState({ ...snapshot, later: 1 }), undefined)
  for (const other of [null, 1, 'text', [], {}, { $map: [] }, { $map: 1 }]) assert.equal(restoreState(other), undefined)
})
