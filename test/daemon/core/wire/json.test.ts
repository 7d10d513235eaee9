import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listOf, parsedOf, recordOf, textOf } from '../../../../daemon/core/wire/json.ts'

test('what a provider sent is looked into without asking for more than is read', () => {
  assert.equal(parsedOf('{"a":'), undefined)
  assert.equal(parsedOf('null'), null)
  assert.equal(recordOf(null), undefined)
  assert.equal(recordOf([1]), undefined)
  assert.deepEqual(recordOf({ a: 1 }), { a: 1 })
  assert.deepEqual([textOf('a'), textOf(1), textOf(undefined)], ['a', '', ''])
  assert.deepEqual([listOf([1]), listOf('ab'), listOf(null)], [[1], [], []])
})
