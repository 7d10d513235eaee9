/** "Set Key": what it asks, what it passes to the daemon, and what it says of the place; the value is said nowhere. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SetKeyPorts, setKey, type TextQuestion } from '../../../extension/keys/setKey.ts'
import type { KeyPlace } from '../../../shared/domain/providerKey.ts'

const value = 'sk-canary-0123456789'
const practice = { id: 'practice', state: 'ready', isPractice: true }
const openai = { id: 'openai', state: 'no-key', isPractice: false }

type World = { readonly providers?: readonly object[]; readonly place?: KeyPlace; readonly note?: string }

function createWorld({ providers = [practice, openai], place = 'keychain', note }: World = {}) {
  const asked: TextQuestion[] = []
  const offered: unknown[] = []
  const said: string[] = []
  const sent: unknown[] = []
  const key = { provider: 'openai', name: 'work', place, weight: 1, state: 'ready' }
  const request = async (name: string, params: object) => {
    if (name === 'status') return { providers }
    sent.push([name, params])
    return { key, ...(note !== undefined && { note }) }
  }
  const ports: SetKeyPorts = {
    connection: { ensureConnected: async () => undefined as never, request: request as never },
    pickProvider: async (items) => {
      offered.push(...items)
      return 'openai'
    },
    askText: async (question) => {
      asked.push(question)
      return question.isHidden ? value : 'work'
    },
    say: (message) => void said.push(message),
  }
  return { ports, asked, offered, said, sent }
}

test('asks for provider, name and value, and passes them to the daemon; the value is asked for unseen', async () => {
  const { ports, asked, offered, sent } = createWorld()
  await setKey(ports)
  assert.deepEqual(offered, [{ label: 'openai', description: 'has no key yet' }])
  assert.deepEqual(
    asked.map(({ isHidden, value: shown }) => [isHidden, shown]),
    [
      [false, 'default'],
      [true, ''],
    ],
  )
  assert.deepEqual(sent, [['keysSet', { provider: 'openai', name: 'work', value }]])
})

const places: readonly (readonly [KeyPlace, RegExp])[] = [
  ['keychain', /^Key “work” of openai lies in the keychain of the operating system\. /],
  ['file', /^Key “work” of openai lies in a file in plain text that only you can read\. /],
]
for (const [place, says] of places) {
  test(`says that it lies in the ${place}, and never the value`, async () => {
    const { ports, said } = createWorld({ place, note: 'So it is.' })
    await setKey(ports)
    assert.match(said.join('\n'), says)
    assert.match(said.join('\n'), / So it is\.$/)
    assert.ok(!said.join('\n').includes(value))
  })
}

test('what cannot be a name or a key is said before anything is sent', async () => {
  const { ports, asked } = createWorld()
  await setKey(ports)
  const [name, secret] = asked
  assert.match(name?.problemOf('my key') ?? '', /Expected 1 to 30/)
  assert.equal(name?.problemOf('work'), undefined)
  assert.match(secret?.problemOf('two words') ?? '', /without spaces/)
  assert.match(secret?.problemOf('') ?? '', /Expected visible/)
  assert.equal(secret?.problemOf(value), undefined)
})

for (const closed of ['the name', 'the value']) {
  test(`nothing is sent or said when ${closed} is not given`, async () => {
    const { ports, said, sent } = createWorld()
    const isClosed = ({ isHidden }: TextQuestion) => isHidden === (closed === 'the value')
    await setKey({ ...ports, askText: async (question) => (isClosed(question) ? undefined : ports.askText(question)) })
    assert.deepEqual([said, sent], [[], []])
  })
}

test('without a provider that could have a key it says how to add one', async () => {
  const { ports, said, offered } = createWorld({ providers: [practice] })
  await setKey(ports)
  assert.match(said.join(), /Open Configuration/)
  assert.deepEqual(offered, [])
})
