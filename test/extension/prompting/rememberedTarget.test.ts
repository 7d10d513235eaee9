/** Finding a target again after unseen changes: only where its place is certain, and then exactly there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { locateTarget, rememberTarget } from '../../../extension/prompting/rememberedTarget.ts'
import { openEdit } from '../../../shared/domain/editTransaction.ts'

const digest = (text: string) => `<${text}>`

const rows: readonly (readonly [string, string, number | undefined])[] = [
  ['nothing changed', 'beforeTARGETafter', 6],
  ['only the text before changed', 'bTARGETafter', 1],
  ['only the text after changed', 'beforeTARGET', 6],
  ['both sides changed', 'BeforeTARGETAfter', undefined],
  ['the target changed', 'beforeTaRGETafter', undefined],
  ['the target is gone', 'beforeafter', undefined],
  ['everything is gone', '', undefined],
]
for (const [name, now, startOffset] of rows) {
  test(`a remembered target when ${name}`, () => {
    const transaction = openEdit('beforeTARGETafter', 6, 12)
    const remembered = rememberTarget(transaction.target, 'beforeTARGETafter', digest)
    const found = locateTarget(remembered, now, digest)
    assert.equal(found?.target.startOffset, startOffset)
    if (startOffset !== undefined) assert.equal(found?.target.originalText, 'TARGET')
  })
}

test('after any change on one side the target is found where it is, or not at all', () => {
  const text = fc.string({ maxLength: 12 })
  fc.assert(
    fc.property(text, fc.string({ minLength: 1, maxLength: 8 }), text, text, (before, target, after, other) => {
      const remembered = rememberTarget(
        openEdit(before + target + after, before.length, before.length + target.length).target,
        before + target + after,
        digest,
      )
      const changedAfter = before + target + other
      const foundAfter = locateTarget(remembered, changedAfter, digest)?.target.startOffset
      const changedBefore = other + target + after
      const foundBefore = locateTarget(remembered, changedBefore, digest)?.target.startOffset
      // Where the same code fits at two places word for word, it cannot be told.
      if (foundAfter === undefined) assert.ok(changedAfter.endsWith(target + after))
      else assert.equal(foundAfter, before.length)
      if (foundBefore === undefined) assert.ok(changedBefore.startsWith(before + target))
      else assert.equal(foundBefore, other.length)
    }),
    { numRuns: 1000, verbose: 1 },
  )
})
