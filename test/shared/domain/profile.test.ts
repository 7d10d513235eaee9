import assert from 'node:assert/strict'
import { it } from 'node:test'
import { profileSchema } from '../../../shared/domain/profile.ts'

const rows: readonly (readonly [maxOutputTokens: number, isTaken: boolean])[] = [
  [1, true],
  [1_000_000, true],
  [1_000_001, false],
  [Number.MAX_SAFE_INTEGER, false],
  [0, false],
]

for (const [maxOutputTokens, isTaken] of rows) {
  it(`a profile ${isTaken ? 'takes' : 'refuses'} an output limit of ${maxOutputTokens} tokens`, () => {
    assert.equal(profileSchema.safeParse({ models: [], parameters: { maxOutputTokens } }).success, isTaken)
  })
}
