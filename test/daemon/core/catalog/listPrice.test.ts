import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listPriceOf } from '../../../../daemon/core/catalog/listPrice.ts'

test('a price for one token is the price for a million, exact to the nanodollar', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (micro) => {
      // In units of 1e-12 dollars for a token, which are millionths of a dollar for a million.
      const text = (micro / 1e12).toFixed(12)
      assert.equal(listPriceOf('a/x', { prompt: text, completion: text })?.input, micro / 1e6)
    }),
  )
})

test('without both prices, or with what is no price, it is unknown', () => {
  const bad = [
    undefined,
    null,
    {},
    { prompt: '1' },
    { prompt: '-1', completion: '-1' },
    { prompt: 'x', completion: '1' },
  ]
  for (const pricing of bad) assert.equal(listPriceOf('a/x', pricing), undefined, JSON.stringify(pricing))
  assert.equal(listPriceOf('a/x', { prompt: '0', completion: '0' }), undefined)
  assert.deepEqual(listPriceOf('a/x:free', { prompt: '0', completion: '0' }), { input: 0, output: 0 })
  assert.deepEqual(listPriceOf('a/x', { prompt: '1e-7', completion: '0.0000002', image: '0.01' }), {
    input: 0.1,
    output: 0.2,
    image: 0.01,
  })
})
