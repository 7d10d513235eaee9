import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keysSchema, providerKeysOf, withKeys } from '../../../daemon/storage/keyNotation.ts'
import type { ProviderKey } from '../../../shared/domain/providerKey.ts'

const at = (place: string, name: string) => ['$', `{${place}:${name}}`].join('')
const key = (place: ProviderKey['place'], name: string, more: Partial<ProviderKey> = {}): ProviderKey => ({
  name,
  place,
  weight: 1,
  isDisabled: false,
  ...more,
})

const rows: readonly (readonly [string, unknown, readonly ProviderKey[]])[] = [
  ['one', at('env', 'A_KEY'), [key('env', 'A_KEY')]],
  [
    'a list',
    [at('env', 'A'), at('keychain', 'work.2'), at('file', 'x-1')],
    [key('env', 'A'), key('keychain', 'work.2'), key('file', 'x-1')],
  ],
  [
    'an object',
    { source: at('file', 'x'), weight: 3, isDisabled: true },
    [key('file', 'x', { weight: 3, isDisabled: true })],
  ],
  ['one name twice', [at('env', 'A'), { source: at('file', 'A'), weight: 9 }], [key('env', 'A')]],
]
for (const [name, content, expected] of rows) {
  test(`reads ${name}`, () => assert.deepEqual(providerKeysOf(keysSchema.parse(content)), expected))
}

const bad = [
  'sk-canary',
  at('env', 'with space'),
  at('env', 'a-b'),
  at('vault', 'x'),
  at('file', `sk-${'x'.repeat(40)}`),
  at('file', '../x'),
  [],
  [at('env', 'A'), 'sk-canary'],
  { source: at('env', 'A'), weight: 0 },
  { source: at('env', 'A'), weight: 1.5 },
  { weight: 2 },
]
test('takes nothing else, least of all a key', () => {
  for (const content of bad) assert.equal(keysSchema.safeParse(content).success, false, JSON.stringify(content))
})

test('a change keeps places, unknown fields and the form; what is as usual is not written', () => {
  const before = [at('env', 'A'), { $comment: 'mine', source: at('keychain', 'b'), weight: 4 }]
  const [a, b] = providerKeysOf(keysSchema.parse(before))
  assert.ok(a !== undefined && b !== undefined)
  assert.deepEqual(withKeys(before, [{ ...b, weight: 1, isDisabled: true }, key('file', 'c'), a]), [
    at('env', 'A'),
    { $comment: 'mine', source: at('keychain', 'b'), isDisabled: true },
    at('file', 'c'),
  ])
  assert.deepEqual(withKeys(before, [b]), [before[1]])
  assert.deepEqual(withKeys(at('env', 'A'), [{ ...a, weight: 2 }]), { source: at('env', 'A'), weight: 2 })
  assert.deepEqual(withKeys({ source: at('env', 'A'), weight: 2 }, [a]), at('env', 'A'))
  assert.equal(withKeys(before, []), undefined)
  assert.deepEqual(withKeys(undefined, [a]), at('env', 'A'))
})

const keyLists = fc.uniqueArray(
  fc.record(
    {
      place: fc.constantFrom('env' as const, 'keychain' as const, 'file' as const),
      name: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/),
      weight: fc.integer({ min: 1, max: 100 }),
      isDisabled: fc.boolean(),
    },
    { noNullPrototype: true },
  ),
  { minLength: 1, maxLength: 6, selector: ({ name }) => name },
)
test('property: whatever stood there, the keys that are written are those that are read again', () => {
  fc.assert(
    fc.property(keyLists, keyLists, (before, after) => {
      const written = keysSchema.parse(withKeys(withKeys(undefined, before), after))
      const byName = (keys: readonly ProviderKey[]) => [...keys].sort((a, b) => (a.name < b.name ? -1 : 1))
      assert.deepEqual(byName(providerKeysOf(written)), byName(after))
    }),
  )
})
