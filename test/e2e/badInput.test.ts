import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { journal } from '../../shared/protocol/journal.ts'
import { profiles } from '../../shared/protocol/profiles.ts'
import { status } from '../../shared/protocol/status.ts'
import { answerWith, configOf, startProvider, wordsIn } from '../support/loopbackProvider.ts'
import { ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, connectWithoutHello, frameOf, resultOf } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { startDaemon } from '../support/waybillProgram.ts'

test('what a client says wrongly is refused with place, expectation and find, and the connection goes on', async (t) => {
  const { daemon, client, isUp } = await rig(t)
  const rows: readonly (readonly [string, unknown, number, RegExp])[] = [
    ['waybill/nonsense', {}, -32601, /^expected a method of the protocol, found waybill\/nonsense/],
    ['waybill/stats', { range: 'year' }, -32602, /params\.range: expected "today" or .* or "all", found a string of 4/],
    ['waybill/journal', { limit: '5' }, -32602, /params\.limit: expected number, found a string of 1 characters/],
    [
      'waybill/chat',
      { requestId: 'x', prompt: { name: 'ask' } },
      -32602,
      /params\.requestId: expected 8 to 64 characters/,
    ],
    ['waybill/chat', { requestId: 'no-prompt' }, -32602, /params: expected exactly one of `prompt` and `messages`/],
    [
      'waybill/chat',
      { requestId: 'prompted', prompt: { name: 'sing' } },
      -32602,
      /params\.prompt\.name: expected "explain" or/,
    ],
    [
      'waybill/chat/attach',
      { requestId: 'prompted', after: -1 },
      -32602,
      /params\.after: expected at least 0, found the number -1/,
    ],
    ['waybill/chat/attach', { requestId: 'never-was', after: 0 }, 1014, /No request never-was is known/],
    [
      'waybill/profiles/set',
      { workspace: {} },
      1007,
      /expected `workspace\.folder` or `workspace\.document`.*neither came/,
    ],
    ['waybill/hello', {}, -32600, /expected one hello for each connection, found a second/],
  ]
  for (const [method, params, code, message] of rows) {
    const error = await client.refusal(method, params)
    assert.equal(error.code, code, `${method}: ${error.message}`)
    assert.match(error.message, message)
  }
  const stranger = await connectWithoutHello(daemon.socketPath)
  assert.equal((await stranger.refusal('waybill/status', {})).code, -32002)
  const older = { protocolVersions: { min: 7, max: 9 }, client: { name: 'old' } }
  assert.match(
    (await stranger.refusal('waybill/hello', older)).message,
    /version 1 to 1, found 7 to 9; update the daemon/,
  )
  await isUp()
})

test('bytes that are no messages close their own connection, and no other', async (t) => {
  const { daemon, isUp } = await rig(t)
  const hello = frameOf({
    id: 1,
    method: 'waybill/hello',
    params: { protocolVersions: { min: 1, max: 1 }, client: { name: 'x' } },
  })
  const rows: Readonly<Record<string, Buffer>> = {
    'a body over 64 MB': Buffer.from('Content-Length: 67108865\r\n\r\n'),
    'a header over 4 KB': Buffer.concat([hello, Buffer.from(`X: ${'y'.repeat(5_000)}`)]),
    'no length': Buffer.from('Content-Type: text/plain\r\n\r\n{}'),
    'two lengths': Buffer.from('Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}'),
    'another protocol': Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
    noise: Buffer.from([0, 255, 13, 10, 13, 10]),
  }
  for (const [name, bytes] of Object.entries(rows)) {
    const socket = connect(daemon.socketPath)
    socket.resume().write(bytes)
    await once(socket, 'close')
    await isUp(name)
  }
})

test('half a header waits for its end, and invalid UTF-8 is answered and passed over', async (t) => {
  const { daemon, isUp } = await rig(t)
  const halves = await connectWithoutHello(daemon.socketPath)
  halves.socket.write('Content-Le')
  await isUp()
  halves.socket.end()
  await once(halves.socket, 'close')

  const client = await connectClient(daemon.socketPath)
  client.socket.write(
    Buffer.concat([Buffer.from('Content-Length: 5\r\n\r\n"a'), Buffer.from([0xff, 0xfe]), Buffer.from('"')]),
  )
  await waitFor('the answer', () => client.receivedText().includes('"code":-32700'))
  assert.match(client.receivedText(), /expected UTF-8, found other bytes/)
  await client.ask(status, {})
  await isUp()
})

test('a prompt of 20 MB arrives whole', async (t) => {
  const { client, isUp, provider } = await rig(t)
  const text = 'é€😀x'.repeat(2_000_000)
  assert.ok(Buffer.byteLength(text) >= 20_000_000)
  const result = await resultOf(client.chat({ messages: [{ role: 'user', content: text }] }))
  assert.equal(result.state, 'ended')
  const [call] = provider.calls
  assert.ok(call !== undefined)
  assert.equal(hashOf(wordsIn(call)), hashOf(text))
  await isUp()
})

test('without a provider, a network or the right key each request fails with what to do, and is journalled', async (t) => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as { readonly port: number }
  closed.close()
  const { client, home, isUp } = await rig(t)
  const refusing = await startProvider(t, ({ response }) => {
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end('{"error":{"code":"invalid_api_key","message":"no"}}')
  })
  const rows = [
    [{ schema: 1 }, 1017, 'no-endpoint', /waybill providers add|provider/],
    [
      configOf({ gone: { baseUrl: `http://127.0.0.1:${port}/v1` } }),
      1004,
      'unreachable',
      /nothing listens there\. Start the server/,
    ],
    [configOf({ shut: refusing }), 1005, 'bad-credentials', /HTTP 401 \(invalid_api_key\)\. Check the key/],
    [configOf({ keyless: { ...refusing, keyEnvironmentName: 'KEY_NOT_SET' } }), 1017, 'no-endpoint', /KEY_NOT_SET|key/],
  ] as const
  for (const [config, code, kind, message] of rows) {
    const heard = client.notifications.length
    home.writeConfig(config)
    await waitFor('the configuration', () => client.notifications.slice(heard).some(isConfigChange))
    const conversation = client.chat(askPrompt('hello'))
    const { error } = await conversation.answer
    assert.equal(error?.code, code, JSON.stringify(error))
    assert.equal(error.data?.failure.kind, kind)
    assert.match(error.message, message)
    const { waybills } = await client.ask(journal, { limit: 1 })
    assert.deepEqual([waybills[0]?.requestId, waybills[0]?.outcome], [conversation.requestId, 'failed'])
    await isUp(kind)
  }
})

test('a damaged configuration is named by file, place and expectation while the last good one stays in force', async (t) => {
  const { client, home, isUp, provider } = await rig(t)
  const good = configOf({ one: provider })
  const rows = [
    ['{ "schema": 1, }', 'line 1, column 16', /name|string|"/],
    [{ schema: 1, providers: { one: { kind: 'custom' } } }, 'providers.one.baseUrl', /a base URL/],
    [{ ...good, profiles: { work: { models: 'all' } } }, 'profiles.work.models', /list/],
    [{ schema: 2 }, 'schema', /1/],
    ['\u0000', 'line 1, column 1', /./],
  ] as const
  for (const [damaged, place, expected] of rows) {
    home.writeConfig(damaged)
    const [problem] = await waitFor('the problem', async () => {
      const { configProblems } = await client.ask(status, {})
      return configProblems[0]?.place === place ? configProblems : undefined
    })
    assert.equal(problem?.file, home.configFile)
    assert.match(problem.expected, expected)
    assert.ok(problem.found.length > 0)
    assert.equal((await resultOf(client.chat({ ...askPrompt('still'), profile: 'work' }))).state, 'ended')
    await isUp(place)
  }
  home.writeConfig({ ...good, profiles: { mended: { models: ['test/one'] } }, defaultProfile: 'mended' })
  await waitFor('the mended one', async () => (await client.ask(status, {})).configProblems.length === 0)
  assert.equal((await client.ask(profiles, {})).current.profile, 'mended')
  rmSync(home.configFile)
  await waitFor('the defaults', async () => (await client.ask(profiles, {})).current.profile === 'balanced')
})

async function rig(t: TestContext) {
  const provider = await startProvider(t, (call) => answerWith(call, ['one']))
  const home = ownHome(t, configOf({ one: provider }))
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath, { subscribe: ['config'] })
  /** The same daemon, also to those who come now. */
  const isUp = async (after = '') => {
    const other = await connectClient(daemon.socketPath)
    for (const one of [client, other]) assert.equal((await one.ask(status, {})).pid, daemon.pid, after)
    await other.close()
  }
  return { provider, home, daemon, client, isUp }
}

function isConfigChange({ method }: { readonly method: string }): boolean {
  return method === 'waybill/config/changed'
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
