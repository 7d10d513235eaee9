import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logprobsOf } from '../../../../daemon/core/wire/geminiLogprobs.ts'

test('each chosen token comes with the others at its place', () => {
  const result = {
    topCandidates: [
      {
        candidates: [
          { token: 'Hi', tokenId: 1, logProbability: -0.1 },
          { token: 'Ho', tokenId: 2, logProbability: -2 },
        ],
      },
    ],
    chosenCandidates: [{ token: 'Hi', tokenId: 1, logProbability: -0.1 }, { token: '!' }],
  }
  assert.deepEqual(logprobsOf(result), [
    {
      token: 'Hi',
      logprob: -0.1,
      top: [
        { token: 'Hi', logprob: -0.1 },
        { token: 'Ho', logprob: -2 },
      ],
    },
    { token: '!', logprob: 0, top: [] },
  ])
})

test('what is no token is none', () => {
  for (const value of [undefined, null, {}, { chosenCandidates: [{}, { token: 'x', logProbability: 'y' }, 7] }]) {
    assert.deepEqual(logprobsOf(value), [])
  }
})
