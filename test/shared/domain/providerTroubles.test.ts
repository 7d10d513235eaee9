/** What keeps a provider or a request waiting, in words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { providerTroublesOf, standingWord, waitWords } from '../../../shared/domain/providerTroubles.ts'

type Standing = Parameters<typeof providerTroublesOf>[0]
const nowMs = 5_000
const endpoint = 'a/small@one' as never
const refused = { name: 'FIRST', state: 'refused', httpStatus: 401, untilMs: nowMs + 600_000 } as const

const rows: readonly (readonly [string, Standing, string, readonly string[]])[] = [
  ['an older daemon', {}, 'ready', []],
  ['nothing', { keys: [{ name: 'FIRST', state: 'ready' }], openBreakers: [] }, 'ready', []],
  [
    'its only key refused',
    { keys: [refused] },
    'key refused',
    ['fatal: the key in FIRST was refused (401); it is not used for 10 min'],
  ],
  [
    'one key refused and another at hand',
    { keys: [refused, { name: 'SECOND', state: 'ready' }] },
    'ready',
    ['the key in FIRST was refused (401); it is not used for 10 min'],
  ],
  [
    'no credit, and no other key set',
    {
      keys: [
        { ...refused, httpStatus: 402 },
        { name: 'SECOND', state: 'not-set' },
      ],
    },
    'key refused',
    ['fatal: the provider wants payment for the key in FIRST (402); it is not used for 10 min', 'SECOND has no value'],
  ],
  [
    'its only key locked',
    { keys: [{ name: 'work', place: 'keychain', state: 'locked', lockedBecause: 'no bus' }] },
    'key locked',
    ['fatal: the key “work” is locked: no bus'],
  ],
  [
    'a refused key of one’s own naming, and one disabled',
    {
      keys: [
        { ...refused, name: 'work', place: 'file' },
        { name: 'SECOND', state: 'disabled' },
      ],
    },
    'key refused',
    ['fatal: the key “work” was refused (401); it is not used for 10 min'],
  ],
  ['all keys disabled', { keys: [{ name: 'FIRST', state: 'disabled' }] }, 'keys disabled', []],
  [
    'a stored key without a value',
    {
      keys: [
        { name: 'work', place: 'file', state: 'not-set' },
        { name: 'FIRST', state: 'ready' },
      ],
    },
    'ready',
    ['the key “work” has no value'],
  ],
  [
    'a refused key and one that has to wait',
    { keys: [refused, { name: 'SECOND', state: 'cooling', untilMs: nowMs + 12_000 }] },
    'cooling 12 s',
    [
      'the key in FIRST was refused (401); it is not used for 10 min',
      'the key in SECOND has to wait 12 s: the provider’s limit was reached',
    ],
  ],
  [
    'a call without a key that was refused',
    { keys: [{ state: 'refused', httpStatus: 403, untilMs: nowMs + 1 }] },
    'key refused',
    ['fatal: a call without a key may use nothing that is configured here (403); it is not used for 1 s'],
  ],
  [
    'a model that the key may not use',
    { keys: [{ name: 'FIRST', state: 'ready', forbiddenEndpoints: [endpoint] }] },
    'ready',
    ['the key in FIRST may not use a/small@one (403)'],
  ],
  [
    'an open breaker',
    { keys: [{ state: 'ready' }], openBreakers: [{ endpoint, state: 'open', reopensAtMs: nowMs + 8_000 }] },
    'breaker open',
    ['a/small@one failed too often and is left alone for 8 s'],
  ],
  [
    'a half-open breaker',
    { openBreakers: [{ endpoint, state: 'half-open' }] },
    'ready',
    ['a/small@one failed too often and is tried by the next request'],
  ],
  [
    'a probe under way',
    { openBreakers: [{ endpoint, state: 'probing' }] },
    'ready',
    ['a/small@one failed too often and is being tried now'],
  ],
]
for (const [name, standing, word, found] of rows) {
  test(`a provider with ${name} is said in words, each with what to do`, () => {
    const troubles = providerTroublesOf(standing, nowMs)
    assert.deepEqual(
      troubles.map((one) => plain(`${one.isFatal ? 'fatal: ' : ''}${one.found}`)),
      found,
    )
    for (const { advice } of troubles) assert.notEqual(advice, '')
    assert.equal(plain(standingWord(standing, nowMs) ?? 'ready'), word)
  })
}

test('a wait says how long and for whom, as far as it is known', () => {
  assert.equal(plain(waitWords({ untilMs: nowMs + 11_500, endpoint }, nowMs)), 'waiting 12 s for small at one')
  assert.equal(plain(waitWords({ untilMs: nowMs - 1, endpoint }, nowMs)), 'waiting 0 s for small at one')
  assert.equal(waitWords({}, nowMs), 'waiting for an endpoint')
})

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ')
}
