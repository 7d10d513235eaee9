// What `waybill keys` prints, and where it takes a key from: a hidden prompt or standard input, never an argument.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { renderKeys } from '../../../daemon/cli/keyText.ts'
import type { Session } from '../../../daemon/gateway/session.ts'
import type { KeyInfo } from '../../../shared/protocol/keys.ts'
import { provider } from '../../support/endpoints.ts'
import { createFakeSessions } from '../servers/fakeSession.ts'
import { type CliSetting, runWords } from './cliTesting.ts'

const nowMs = 1_790_000_000_000
const ready: KeyInfo = {
  provider: provider('openai'),
  name: 'work',
  place: 'keychain',
  state: 'ready',
  fingerprint: 'a1b2c3',
  weight: 3,
  lastUsedAtMs: nowMs - 120_000,
}
const all: readonly KeyInfo[] = [
  ready,
  {
    ...ready,
    name: 'OPENAI_API_KEY',
    place: 'env',
    state: 'refused',
    httpStatus: 401,
    untilMs: nowMs + 600_000,
    weight: 1,
  },
  { ...ready, lastUsedAtMs: nowMs - 3 * 86_400_000, name: 'cools', state: 'cooling', untilMs: nowMs + 60_000 },
  { provider: provider('two'), name: 'shut', place: 'keychain', state: 'locked', lockedBecause: 'no bus', weight: 1 },
  { provider: provider('two'), name: 'off', place: 'file', state: 'disabled', fingerprint: '0f0f0f', weight: 1 },
  { provider: provider('two'), name: 'EMPTY', place: 'env', state: 'not-set', weight: 1 },
]

/** Runs words against a session that keeps what it was asked. */
async function runKeys(t: TestContext, words: readonly string[], setting: CliSetting = {}) {
  const asked: unknown[] = []
  const keep = async (params: unknown) => {
    asked.push(params)
    return { key: ready, note: 'It lies in a file.' }
  }
  const keys: Session['keys'] = {
    list: async (params) => {
      asked.push(params)
      return { keys: all, keyFile: '/home/ann/keys.json' }
    },
    set: keep,
    rotate: keep,
    disable: keep,
    enable: keep,
    weigh: keep,
    remove: async (params) => {
      asked.push(params)
      return { left: 0 }
    },
    test: async (params) => {
      asked.push(params)
      return { state: 'refused', httpStatus: 401, message: 'The provider refuses it (401).' }
    },
  }
  const { openSession } = createFakeSessions((session) => ({ ...session, keys }))
  const result = await runWords(t, ['keys', ...words], { openSession, ...setting })
  return { ...result, asked }
}

test('the list says of each key how it stands, where it lies and when it was used, and nothing of its value', async (t) => {
  const wide = { isColored: false, widthColumns: Number.POSITIVE_INFINITY }
  const listed = { keys: all, keyFile: '/home/ann/keys.json' }
  assert.equal(
    renderKeys(listed, wide, nowMs).replaceAll('\u00a0', ' '),
    `PROVIDER  NAME            STATE                 PRINT   PLACE        WEIGHT  LAST USED
openai    work            ready                 a1b2c3  keychain          3  2 min ago
openai    OPENAI_API_KEY  refused (401) 10 min  a1b2c3  environment       1  2 min ago
openai    cools           cooling 1 min         a1b2c3  keychain          3  3 days ago
two       shut            locked                -       keychain          1  never
two       off             disabled              0f0f0f  file              1  never
two       EMPTY           no value              -       environment       1  never

two shut is locked: no bus
Those of the place \`file\` lie in /home/ann/keys.json, in plain text, which only your account can read.
`,
  )
  const narrow = await runKeys(t, [], { terminal: { widthColumns: 80 } })
  assert.equal(narrow.code, 0)
  for (const line of narrow.out.split('\n')) assert.ok(line.length <= 80, line)
  const json = await runKeys(t, ['list', 'openai', '--json'])
  assert.deepEqual(JSON.parse(json.out), listed)
  assert.deepEqual(json.asked, [{ provider: 'openai' }])
})

test('a key comes from standard input, without the line end, or from a prompt that does not show it', async (t) => {
  const piped = { isInputTty: false, readInput: async () => 'canary-1\r\n' }
  const set = await runKeys(t, ['set', 'openai', 'work', '--weight', '3'], { terminal: piped })
  assert.deepEqual(set.asked, [{ provider: 'openai', name: 'work', value: 'canary-1', weight: 3 }])
  assert.match(set.out, /^PROVIDER .*\nopenai +work +ready +a1b2c3 /)
  assert.equal(set.error, 'It lies in a file.\n')
  const questions: string[] = []
  const askHidden = async (question: string) => {
    questions.push(question)
    return 'canary-2'
  }
  const rotate = await runKeys(t, ['rotate', 'openai', 'work'], { terminal: { askHidden } })
  assert.deepEqual(rotate.asked, [{ provider: 'openai', name: 'work', value: 'canary-2' }])
  assert.deepEqual(questions, ['New key of openai in place of work: '])
  assert.equal((set.out + set.error + rotate.out + rotate.error).includes('canary'), false)
})

test('the other actions name their key', async (t) => {
  const ref = { provider: 'openai', name: 'work' }
  for (const action of ['disable', 'enable']) {
    assert.deepEqual((await runKeys(t, [action, 'openai', 'work'])).asked, [ref])
  }
  assert.deepEqual((await runKeys(t, ['weight', 'openai', 'work', '7'])).asked, [{ ...ref, weight: 7 }])
  const removed = await runKeys(t, ['remove', 'openai', 'work'])
  assert.equal(removed.out, 'openai work and its value are removed; no key is left.\n')
  const tested = await runKeys(t, ['test', 'openai', 'work'])
  assert.deepEqual([tested.code, tested.out], [1, 'refused: The provider refuses it (401).\n'])
  const [paid] = (await runKeys(t, ['test', 'openai', 'work', '--paid', '--json'])).asked
  assert.match(JSON.stringify(paid), /^\{"provider":"openai","name":"work","paid":\{"requestId":"[\w-]{36}"\}\}$/)
})

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [['set', 'openai', 'work', 'sk-canary'], /a key is no argument/],
  [['set', 'openai', `sk-canary-${'x'.repeat(30)}`], /expected a name for the key/],
  [['set', 'SK-canary'], /expected the name of a provider/],
  [['sk-canary'], /expected list, set/],
  [['rotate', 'openai'], /expected PROVIDER and NAME/],
  [['weight', 'openai', 'work', 'sk-canary'], /expected a weight from 1 to 100/],
  [['set', 'openai'], /expected a key from the prompt or on standard input, found nothing/],
]
for (const [words, expected] of wrong) {
  test(`a wrong command line says so and repeats nothing that may be a key: ${words.join(' ')}`, async (t) => {
    const { code, error, asked } = await runKeys(t, words)
    assert.equal(code, 2)
    assert.match(error, expected)
    assert.equal(error.includes('canary'), false)
    assert.deepEqual(asked, [])
  })
}

test('a value that can be no key is refused here in words of the command line, and is not repeated', async (t) => {
  const piped = { isInputTty: false, readInput: async () => 'canary two words\n' }
  const { code, error, asked } = await runKeys(t, ['set', 'openai'], { terminal: piped })
  assert.deepEqual([code, asked], [2, []])
  assert.match(error, /expected a key of visible ASCII characters/)
  assert.ok(!error.includes('canary'))
})
