/** How a provider's keys and endpoints stand, read from the journal's state. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createJournalState } from '../../../daemon/core/journal/journalState.ts'
import type { Breaker } from '../../../daemon/core/resilience/breaker.ts'
import type { KeyStanding } from '../../../daemon/core/resilience/keyStanding.ts'
import { endpointTableOf } from '../../../daemon/gateway/endpoints.ts'
import type { KeyState } from '../../../daemon/gateway/providerKeys.ts'
import { type ProviderStatusSources, providerStatusOf } from '../../../daemon/gateway/providerStatus.ts'
import { endpoint, environmentKey, provider } from '../../support/endpoints.ts'

const nowMs = 1_000_000
const small = endpoint('a/small@one')
const big = endpoint('a/big@one')
const info = {
  id: provider('one'),
  kind: 'custom',
  baseUrl: 'http://127.0.0.1:9',
  isLocal: false,
  isPractice: false,
  keys: [environmentKey('KEY')],
  timeouts: {},
}
const refusal = { atMs: nowMs - 10, untilMs: nowMs + 500, httpStatus: 401 }

type Given = {
  readonly key?: KeyStanding
  readonly breaker?: Breaker
  readonly value?: string
  /** Of the value now. */
  readonly print?: string
  readonly held?: KeyState
}

function statusOf({ key, breaker, value, print, held }: Given) {
  const state = createJournalState()
  if (key !== undefined) state.resilience.keys.set('one/KEY', key)
  if (breaker !== undefined) state.resilience.breakers.set(small.id, breaker)
  const keys: ProviderStatusSources['keys'] = {
    keysOf: () => (value === undefined ? [] : ['KEY']),
    stateOf: () => held ?? { state: value === undefined ? 'not-set' : 'set' },
    printOf: () => print,
  }
  const endpoints = endpointTableOf([small, big, endpoint('a/small@two')])
  return providerStatusOf(info, { endpoints, keys, state, nowMs })
}

const keyRows: readonly (readonly [string, Given, object])[] = [
  ['never used', {}, { state: 'ready' }],
  ['told to wait', { key: { readyAtMs: nowMs + 12_000, backOffMs: 0 } }, { state: 'cooling', untilMs: nowMs + 12_000 }],
  ['whose wait is over', { key: { readyAtMs: nowMs, backOffMs: 0 } }, { state: 'ready' }],
  [
    'refused by 401',
    { key: { readyAtMs: 0, backOffMs: 0, refused: refusal } },
    { state: 'refused', untilMs: nowMs + 500, httpStatus: 401 },
  ],
  [
    'refused, with another value since',
    { key: { readyAtMs: 0, backOffMs: 0, refused: refusal, print: 'old' }, print: 'new' },
    { state: 'ready' },
  ],
  [
    'refused by 403 for one model of two',
    { key: { readyAtMs: 0, backOffMs: 0, forbidden: { [small.id]: { ...refusal, httpStatus: 403 } } } },
    { state: 'ready', forbiddenEndpoints: [small.id] },
  ],
  [
    'refused by 403 for both models after a 401 that has passed',
    {
      key: {
        readyAtMs: 0,
        backOffMs: 0,
        refused: { ...refusal, atMs: 0, untilMs: 1 },
        forbidden: { [small.id]: { ...refusal, httpStatus: 403 }, [big.id]: { ...refusal, httpStatus: 403 } },
      },
    },
    { state: 'refused', untilMs: nowMs + 500, httpStatus: 403 },
  ],
]
for (const [name, given, expected] of keyRows) {
  test(`a key ${name}`, () => {
    const { keys, state } = statusOf({ value: 'secret', ...given })
    assert.deepEqual(keys, [{ name: 'KEY', place: 'env', ...expected }])
    assert.equal(state, 'ready')
  })
}

test('a key without a value', () => {
  const { keys, state } = statusOf({})
  assert.deepEqual([keys, state], [[{ name: 'KEY', place: 'env', state: 'not-set' }], 'no-key'])
})

const outRows: readonly (readonly [KeyState, object])[] = [
  [
    { state: 'locked', reason: 'the keychain is closed' },
    { state: 'locked', lockedBecause: 'the keychain is closed' },
  ],
  [{ state: 'disabled' }, { state: 'disabled' }],
]
for (const [held, expected] of outRows) {
  test(`a key that is ${held.state} is so whatever the journal says of it`, () => {
    const { keys, state } = statusOf({ held, key: { readyAtMs: 0, backOffMs: 0, refused: refusal } })
    assert.deepEqual([keys, state], [[{ name: 'KEY', place: 'env', ...expected }], 'no-key'])
  })
}

const opening = { openUntilMs: nowMs + 8_000, openMs: 10_000 }
const breakerRows: readonly (readonly [string, Breaker, readonly object[]])[] = [
  ['closed', { state: 'closed', failuresInARow: 2, recent: [] }, []],
  ['open', { state: 'open', ...opening }, [{ endpoint: small.id, state: 'open', reopensAtMs: nowMs + 8_000 }]],
  ['half-open', { state: 'open', ...opening, openUntilMs: nowMs }, [{ endpoint: small.id, state: 'half-open' }]],
  [
    'probing',
    { state: 'probing', ...opening, probe: 'request-1 1', probeAtMs: nowMs },
    [{ endpoint: small.id, state: 'probing' }],
  ],
]
for (const [name, breaker, expected] of breakerRows) {
  test(`a breaker that is ${name}`, () => {
    assert.deepEqual(statusOf({ breaker, value: 'secret' }).openBreakers, expected)
  })
}
