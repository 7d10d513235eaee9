import assert from 'node:assert/strict'
import { it } from 'node:test'
import { nearestWord } from '../../../daemon/cli/nearestWord.ts'

const rows: readonly (readonly [word: string, known: readonly string[], nearest: string | undefined])[] = [
  ['profle', ['text', 'profile', 'json'], 'profile'],
  ['rnage', ['range', 'by', 'json'], 'range'],
  ['porfile', ['text', 'profile'], 'profile'],
  ['jsn', ['yes', 'json'], 'json'],
  ['fast', ['text', 'profile', 'json'], undefined],
  ['x', ['yes', 'json'], undefined],
  ['', ['json'], undefined],
  ['profile', [], undefined],
]

for (const [word, known, nearest] of rows) {
  it(`takes \`${word}\` for ${nearest ?? 'nothing'} among ${known.join(', ')}`, () => {
    assert.equal(nearestWord(word, known), nearest)
  })
}
