import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { environmentSet } from '../../shared/protocol/hello.ts'
import { journal } from '../../shared/protocol/journal.ts'
import { keysSet } from '../../shared/protocol/keys.ts'
import { profiles } from '../../shared/protocol/profiles.ts'
import { stats } from '../../shared/protocol/stats.ts'
import { status } from '../../shared/protocol/status.ts'
import {
  answerWith,
  configOf,
  openStream,
  type ProviderCall,
  startProvider,
  wordsIn,
} from '../support/loopbackProvider.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, type RpcClient } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { killHard, startDaemon, startWaybill, waybill } from '../support/waybillProgram.ts'

/** The ways in, a key for each. As keys look: a known beginning, then what must be seen nowhere. */
const keys = {
  CANARY_OWN: 'sk-proj-canary.own.a8f3kz02mqv7xw4t91bd6ye5uh0jcn',
  CANARY_HELLO: 'sk-or-v1-canary-hello-0d4b7c1e9f2a5836bc70d91e4fa82c63',
  CANARY_SET: 'sk-ant-canary_set_Zq81LmXv03TtPw67KdRe25YyHn49BbGc',
  /** By `waybill/keys/set`. */
  CANARY_STORED: 'sk-proj-canary.stored.u5Tn8Qx2Vb7Lc4Rz9Ws1Ed6',
  /** By `waybill keys set` over standard input, then `rotate`d. */
  CANARY_PIPED: 'gsk_canaryPiped0Jh3Kf8Ns5Qa2Zx7Mv4Bt9Cr6Yw1Eg',
  CANARY_ROTATED: 'xai-canaryrotated-7Pl2Om9Ik4Uj6Nh1Yb8Tg3Vf5Rc',
} as const
/** The one file that may hold those that were set: mode 0600, in a home without a keychain. */
const keyFileName = 'keys.json'
/** Any piece of this length is too much, whatever its case. */
const pieceLength = 12

test('a key that came by any way is seen nowhere but in the auth header, whatever the provider does with it', async (t) => {
  const { home, provider, daemon } = await rig(t)
  const client = await connectClient(daemon.socketPath, {
    environment: { CANARY_HELLO: keys.CANARY_HELLO },
    subscribe: ['requests', 'profiles', 'config'],
  })
  const { accepted } = await client.ask(environmentSet, { environment: { CANARY_SET: keys.CANARY_SET, OTHER: 'x' } })
  assert.deepEqual(accepted, ['CANARY_SET'])
  for (const { provider: id, origin } of plays) {
    if (origin === 'stored') await client.ask(keysSet, { provider: id, value: keys.CANARY_STORED })
  }

  for (const { deed, model, origin } of plays) {
    // The others show what waiting says of a key; the way it came does not matter there.
    const patience = origin === 'stored' ? { patienceMs: 0 } : {}
    await client.chat({ ...askPrompt(`do ${deed}.`), models: [model], canRewind: true, ...patience }).answer
  }
  const done = new Set(provider.calls.map((call) => `${call.request.headers.authorization} ${wordsIn(call)}`))
  assert.equal(done.size, plays.length, 'each key met each deed')
  // A held answer and a killed daemon leave records of their own kinds.
  await askEverything(client)
  const calls = provider.calls.length
  client.chat({ ...askPrompt('do hang.'), models: [modelOf('own', 'hang')], onDisconnect: 'hold' })
  await waitFor('the held call', () => provider.calls.length > calls)
  await client.call('waybill/chat', { requestId: keys.CANARY_OWN, keys })
  const printed = (await runVerbs(home)) + (await runKeyVerbs(home, client))
  await killHard(daemon)
  const { out, error } = await daemon.ended
  const next = await startDaemon(home, { environment: { CANARY_OWN: keys.CANARY_OWN } })
  await (await connectClient(next.socketPath)).ask(status, {})

  const sent = provider.calls.map((call) => call.request.headers.authorization)
  for (const key of Object.values(keys)) assert.ok(sent.includes(`Bearer ${key}`), 'the key was not used')
  expectNoCanary('the client', client.receivedText())
  expectNoCanary('the command line', printed)
  expectNoCanary("the daemon's own output", out + error)
  for (const path of filesUnder(home.path)) {
    if (basename(path) !== keyFileName) expectNoCanary(path, readFileSync(path, 'utf8'))
  }
  const keyFile = join(home.stateFolder, keyFileName)
  assert.equal(statSync(keyFile).mode & 0o777, 0o600)
  assert.ok(readFileSync(keyFile, 'utf8').includes(keys.CANARY_STORED))
  for (const gone of [keys.CANARY_PIPED, keys.CANARY_ROTATED]) {
    assert.equal(readFileSync(keyFile, 'utf8').includes(gone), false, 'a value outlives its key')
  }
  for (const { bodyText, request } of provider.calls) {
    expectNoCanary('the body that was sent', bodyText)
    expectNoCanary('the other headers', JSON.stringify({ ...request.headers, authorization: undefined }))
  }
})

test('the search for canaries finds them in any case and in pieces', () => {
  assert.throws(() => expectNoCanary('planted', `x${keys.CANARY_SET.toLowerCase().slice(0, 30)}y`))
  assert.throws(() => expectNoCanary('planted', keys.CANARY_HELLO.slice(-pieceLength)))
  assert.doesNotThrow(() => expectNoCanary('fine', 'sk-proj-'))
})

type Deed = (call: ProviderCall, key: string) => void

/** What a provider may do with a key that it was sent. */
const deeds: Readonly<Record<string, Deed>> = {
  answer: (call) => answerWith(call, ['fine']),
  'echo-in-401': (call, key) =>
    fail(call, 401, key, { error: { code: 'invalid_api_key', message: `Incorrect key ${key}` } }),
  'key-as-code': (call, key) => fail(call, 400, key, { error: { code: key, type: key, message: key } }),
  'piece-as-code': (call, key) => fail(call, 500, key, { error: { code: key.slice(0, 40), message: key } }),
  'end-as-type': (call, key) => fail(call, 403, key, { error: { type: key.slice(-20).replace(/^[^a-z]+/i, '') } }),
  'page-with-key': (call, key) =>
    void call.response.writeHead(502, { 'content-type': 'text/html' }).end(`<p>${key}</p>`),
  'redirect-with-key': (call, key) => void call.response.writeHead(302, { location: `/v1/${key}?key=${key}` }).end(),
  'rate-limit': (call, key) => {
    call.response.setHeader('retry-after', key)
    fail(call, 429, key, { error: { status: key, metadata: { headers: { [key]: key }, raw: key } } })
  },
  'error-in-200': (call, key) => {
    openStream(call)
    call.response.end(`data: {"error":{"code":"${key.slice(0, 30)}","message":"${key}"}}\n\n`)
  },
  garbled: (call, key) => {
    openStream(call)
    call.response.end(`data: {"choices":[{"delta":{"content":"${key}\n\n${key}: ${key}\n\n`)
  },
  cut: (call, key) => {
    openStream(call)
    call.response.write(`: ${key}\n\nevent: ${key}\ndata: {"id":"${key}","model":"${key}","choices":[]}\n\n`)
    setImmediate(() => call.response.destroy())
  },
  hang: (call) => openStream(call),
}

const keyNames = { own: 'CANARY_OWN', hello: 'CANARY_HELLO', set: 'CANARY_SET', stored: undefined } as const

/** Each deed has a provider of its own: one that refused a key, or failed too often, is not asked again. */
const plays = Object.entries(keyNames).flatMap(([origin, keyEnvironmentName]) =>
  Object.keys(deeds).map((deed) => ({
    deed,
    origin,
    provider: `${origin}-${deed}`,
    model: modelOf(origin, deed),
    keyEnvironmentName,
  })),
)

function modelOf(origin: string, deed: string): string {
  return `test/${origin}-${deed}`
}

function fail(call: ProviderCall, httpStatus: number, key: string, body: object): void {
  const headers = { 'content-type': 'application/json', 'x-echo': key, 'www-authenticate': `Bearer ${key}` }
  call.response.writeHead(httpStatus, headers).end(JSON.stringify(body))
}

async function rig(t: TestContext) {
  const provider = await startProvider(t, (call) => {
    const key = (call.request.headers.authorization ?? '').replace('Bearer ', '')
    const [, deed = ''] = /do ([\w-]+)\./.exec(wordsIn(call)) ?? []
    deeds[deed]?.(call, key)
  })
  const { baseUrl } = provider
  const home = ownHome(
    t,
    configOf(
      {
        ...Object.fromEntries(
          plays.map(({ provider, keyEnvironmentName: name }) => [
            provider,
            { baseUrl, ...(name !== undefined && { keyEnvironmentName: name }) },
          ]),
        ),
        piped: { baseUrl },
      },
      { timeouts: { firstTokenMs: 300, idleMs: 300 } },
    ),
  )
  const daemon = await startDaemon(home, { environment: { CANARY_OWN: keys.CANARY_OWN } })
  return { provider, home, daemon }
}

async function askEverything(client: RpcClient): Promise<void> {
  await client.ask(status, {})
  await client.ask(profiles, {})
  await client.ask(stats, { groupBy: 'provider' })
  const { waybills } = await client.ask(journal, { limit: 500 })
  assert.equal(waybills.length, plays.length)
}

/** All that the verbs print, with the keys in the environment of the command line too. */
async function runVerbs(home: OwnHome): Promise<string> {
  const verbs = [
    ['status'],
    ['status', '--json'],
    ['doctor', '--json'],
    ['doctor'],
    ['log'],
    ['log', '--json'],
    ['stats', '--by', 'provider'],
    ['providers', '--json'],
    ['run', 'ask', '--text', 'do echo-in-401.'],
    ['run', 'ask', '--text', 'do piece-as-code.', '--json'],
  ]
  const ends = await Promise.all(verbs.map((words) => waybill(home, words, { environment: keys })))
  return ends.map(({ out, error }) => out + error).join('\n')
}

/** A key's whole life by the command line and by requests that are wrong, while no process shows it in its arguments. */
async function runKeyVerbs(home: OwnHome, client: RpcClient): Promise<string> {
  let printed = ''
  const run = async (words: readonly string[], input = '') => {
    const { child, ended } = startWaybill(home, ['keys', ...words], { input })
    expectNoCanary('the arguments of a process', argumentsOf(child.pid))
    const { out, error } = await ended
    printed += out + error
  }
  const ask = (deed: string) => client.chat({ ...askPrompt(`do ${deed}.`), models: ['test/piped'] }).answer
  await run(['set', 'piped', 'work'], `${keys.CANARY_PIPED}\n`)
  await run(['set', 'piped', 'work'], keys.CANARY_PIPED)
  await run(['set', 'nobody', 'work'], keys.CANARY_PIPED)
  await ask('answer')
  await ask('key-as-code')
  await run(['test', 'piped', 'work'])
  await run(['rotate', 'piped', 'work'], `${keys.CANARY_ROTATED}\n`)
  await run(['rotate', 'piped', 'work'], `${keys.CANARY_ROTATED} with a space`)
  await ask('answer')
  await ask('echo-in-401')
  await run(['test', 'piped', 'work', '--paid'])
  for (const words of [['--json'], [], ['disable', 'piped', 'work'], ['enable', 'piped', 'work']]) await run(words)
  await run(['weight', 'piped', 'work', '3', '--json'])
  for (const method of ['set', 'rotate', 'test', 'disable', 'enable', 'weigh', 'remove']) {
    const value = `${keys.CANARY_PIPED} `
    await client.refusal(`waybill/keys/${method}`, { provider: 'piped', name: keys.CANARY_PIPED, value })
    await client.refusal(`waybill/keys/${method}`, { provider: keys.CANARY_SET, name: 'work', value: [value] })
  }
  await run(['remove', 'piped', 'work'])
  return printed
}

/** What `ps` shows of a process; nothing where the system has no such files. */
function argumentsOf(pid: number | undefined): string {
  const path = `/proc/${pid}/cmdline`
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function expectNoCanary(where: string, text: string): void {
  const lower = text.toLowerCase()
  for (const key of Object.values(keys)) {
    for (let start = 0; start + pieceLength <= key.length; start++) {
      const piece = key.slice(start, start + pieceLength).toLowerCase()
      assert.equal(lower.includes(piece), false, `${where} holds ${piece}: ${excerpt(lower, piece)}`)
    }
  }
}

function excerpt(text: string, piece: string): string {
  const at = text.indexOf(piece)
  return text.slice(Math.max(0, at - 120), at + 120)
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}
