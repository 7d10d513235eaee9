import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countPracticeTokens, cutToPracticeTokens } from '../../../../daemon/providers/practice/practiceTokens.ts'

test('words and single other characters are counted, white space is not', () => {
  const counts = { '': 0, '  \n': 0, 'one two': 2, 'f(a_1, 貨物)': 6, '🚚🚚': 2 }
  for (const [text, count] of Object.entries(counts)) assert.equal(countPracticeTokens(text), count, text)
})

test('a cut text is a beginning with as many tokens as were allowed, and a text that fits stays whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, maxTokens) => {
      const cut = cutToPracticeTokens(text, maxTokens)
      assert.ok(text.startsWith(cut))
      assert.equal(countPracticeTokens(cut), Math.min(maxTokens, countPracticeTokens(text)))
      if (countPracticeTokens(text) <= maxTokens) assert.equal(cut, text)
      assert.ok(countPracticeTokens(text) <= Buffer.byteLength(text))
    }),
  )
})
