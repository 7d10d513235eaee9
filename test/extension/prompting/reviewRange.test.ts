/** Where a written block stands while its document is edited. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onReviewChanges } from '../../../extension/prompting/reviewRange.ts'

const rows: readonly (readonly [string, readonly (readonly [number, number, string])[], string | undefined])[] = [
  ['typing before', [[0, 0, 'xx']], '[BLOCK]'],
  ['typing at its start', [[3, 0, 'xx']], '[BLOCK]'],
  ['typing inside', [[5, 0, 'xx']], '[BLxxOCK]'],
  ['typing at its end', [[8, 0, 'xx']], '[BLOCK]'],
  ['typing after', [[10, 0, 'xx']], '[BLOCK]'],
  ['deleting its inside', [[4, 3, '']], '[BK]'],
  ['replacing all of it', [[3, 5, 'new']], '[new]'],
  ['deleting over its start', [[2, 3, '']], undefined],
  ['deleting over its end', [[6, 4, '']], undefined],
  [
    'two changes of one event',
    [
      [6, 0, 'y'],
      [0, 2, ''],
    ],
    '[BLOyCK]',
  ],
]
for (const [name, changes, expected] of rows) {
  test(`a block after ${name}`, () => {
    const range = onReviewChanges(
      { startOffset: 3, endOffset: 8 },
      changes.map(([offset, replacedLength, text]) => ({ offset, replacedLength, text })),
    )
    const text = [...changes]
      .sort((a, b) => b[0] - a[0])
      .reduce((now, [offset, length, put]) => now.slice(0, offset) + put + now.slice(offset + length), 'abcBLOCKdef')
    assert.equal(range && `[${text.slice(range.startOffset, range.endOffset)}]`, expected)
  })
}
