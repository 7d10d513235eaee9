import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createToolIds } from '../../../../daemon/core/wire/anthropicToolIds.ts'

test('an id that fits stays, others are made to fit, and no id comes twice', () => {
  const idOf = createToolIds()
  const asked = ['toolu_1', 'functions.f:0', 'functions_f:0', 'call_0', 'call_0', 'call_0_2', 'call_0', '', 'ü']
  assert.deepEqual(asked.map(idOf), [
    'toolu_1',
    'functions_f_0',
    'functions_f_0_2',
    'call_0',
    'call_0_2',
    'call_0_2_2',
    'call_0_3',
    'call',
    '_',
  ])
})

test('whatever the ids, they fit, differ, and do not depend on later ones', () => {
  const ids = fc.array(fc.oneof(fc.string(), fc.constantFrom('call_0', 'call_0_2', 'a:b', 'a.b')))
  fc.assert(
    fc.property(ids, ids, (some, more) => {
      const given = some.map(createToolIds())
      for (const id of given) assert.match(id, /^[a-zA-Z0-9_-]+$/)
      assert.equal(new Set(given).size, given.length)
      assert.deepEqual([...some, ...more].map(createToolIds()).slice(0, some.length), given)
    }),
  )
})
