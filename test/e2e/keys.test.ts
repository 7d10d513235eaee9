// Keys that are set with the command line, in a real daemon against real providers. In the home of a test no keychain can
// be reached, so that values lie in the file.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { keysRotate, keysSet, keysTest, keys as listType } from '../../shared/protocol/keys.ts'
import { status } from '../../shared/protocol/status.ts'
import { answerWith, configOf, type ProviderCall, startProvider } from '../support/loopbackProvider.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, type RpcClient } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { bundlePath, startDaemon, waybill } from '../support/waybillProgram.ts'

const keyOf = ({ headers }: IncomingMessage) => (headers.authorization ?? '').replace('Bearer ', '')
const keysSent = (calls: readonly ProviderCall[]) => calls.map(({ request }) => keyOf(request))

/** A provider that takes some keys and refuses others, also for its list. */
async function startKeyed(t: TestContext, takes: (key: string) => boolean = () => true, isListOpen = false) {
  const refuse = (response: ServerResponse) => response.writeHead(401).end('{"error":{"message":"no"}}')
  return startProvider(
    t,
    (call) => (takes(keyOf(call.request)) ? answerWith(call, ['fine']) : void refuse(call.response)),
    (request, response) => {
      const isTaken = isListOpen || (keyOf(request) !== '' && takes(keyOf(request)))
      if (isTaken) response.writeHead(200).end('{"data":[]}')
      else refuse(response)
    },
  )
}

function homeWith(t: TestContext, baseUrl: string): OwnHome {
  return ownHome(t, configOf({ mine: { baseUrl } }))
}

async function ask(client: RpcClient): Promise<string> {
  const answer = await client.chat({ ...askPrompt('well?'), models: ['test/mine'], patienceMs: 0 }).answer
  return answer.error?.data?.failure.kind ?? 'succeeded'
}

async function verb(home: OwnHome, words: readonly string[], input = ''): Promise<string> {
  const { code, out, error } = await waybill(home, ['keys', ...words], { input })
  assert.equal(code, 0, error)
  return out + error
}

function providerIn(home: OwnHome): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(home.configFile, 'utf8')).providers.mine
}

test('a key is set over standard input, used, rotated, disabled and removed; each counts from the next call on', async (t) => {
  const provider = await startKeyed(t)
  const home = homeWith(t, provider.baseUrl)
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath, { subscribe: ['config'] })
  const keyFile = join(home.stateFolder, 'keys.json')

  const said = await verb(home, ['set', 'mine'], 'sk-first\n')
  assert.match(said, /mine +default +ready +[0-9a-f]{6} +file +1 +never/)
  assert.match(said, /No keychain can be used here, so the value lies in .*keys\.json, in plain text/)
  assert.equal(statSync(keyFile).mode & 0o777, 0o600)
  assert.equal(providerIn(home).key, ['$', '{file:default}'].join(''))
  await waitFor('the news', () => client.notifications.some(({ method }) => method === 'waybill/config/changed'))
  assert.equal(await ask(client), 'succeeded')
  assert.match(await verb(home, []), /mine +default +ready .* +\d+\ss ago/)

  const told = client.notifications.length
  await verb(home, ['rotate', 'mine', 'default'], 'sk-second')
  await waitFor('the news', () => client.notifications.length > told)
  assert.equal(await ask(client), 'succeeded')
  assert.equal(readFileSync(keyFile, 'utf8').includes('sk-first'), false)

  await verb(home, ['disable', 'mine', 'default'])
  assert.equal(await ask(client), 'no-endpoint')
  await verb(home, ['enable', 'mine', 'default'])
  assert.equal(await ask(client), 'succeeded')
  assert.deepEqual(keysSent(provider.calls), ['sk-first', 'sk-second', 'sk-second'])

  assert.match(await verb(home, ['remove', 'mine', 'default']), /removed; no key is left/)
  assert.equal(existsSync(keyFile), false)
  assert.equal('key' in providerIn(home), false)
  await client.close()
})

test('a key outlives its daemon, and so does when it was last used', async (t) => {
  const provider = await startKeyed(t)
  const home = homeWith(t, provider.baseUrl)
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  await client.ask(keysSet, { provider: 'mine', name: 'work', value: 'sk-kept' })
  assert.equal(await ask(client), 'succeeded')
  const [before] = (await client.ask(listType, {})).keys
  daemon.child.kill('SIGKILL')
  await daemon.ended
  const again = await connectClient((await startDaemon(home)).socketPath)
  assert.equal(await ask(again), 'succeeded')
  const [after] = (await again.ask(listType, {})).keys
  assert.ok(before?.lastUsedAtMs !== undefined && after?.lastUsedAtMs !== undefined)
  assert.ok(after.lastUsedAtMs >= before.lastUsedAtMs)
  assert.equal(after.fingerprint, before.fingerprint)
  assert.deepEqual(keysSent(provider.calls), ['sk-kept', 'sk-kept'])
  await again.close()
})

test('over 80 calls each of three keys is used as often as its weight says, and the one left goes on alone', async (t) => {
  const provider = await startKeyed(t)
  const home = homeWith(t, provider.baseUrl)
  const client = await connectClient((await startDaemon(home)).socketPath)
  const weights = { a: 5, b: 2, c: 1 }
  for (const [name, weight] of Object.entries(weights)) {
    await client.ask(keysSet, { provider: 'mine', name, value: `sk-${name}`, weight })
  }
  for (let call = 0; call < 80; call += 1) assert.equal(await ask(client), 'succeeded')
  const counts = Object.keys(weights).map(
    (name) => keysSent(provider.calls).filter((key) => key === `sk-${name}`).length,
  )
  assert.deepEqual(counts, [50, 20, 10])
  for (const name of ['a', 'b']) await verb(home, ['disable', 'mine', name])
  assert.equal(await ask(client), 'succeeded')
  assert.equal(keysSent(provider.calls).at(-1), 'sk-c')
  await client.close()
})

test('a refused key is refused in the list; another value in its place is used at once', async (t) => {
  const provider = await startKeyed(t, (key) => key === 'sk-good')
  const home = homeWith(t, provider.baseUrl)
  const client = await connectClient((await startDaemon(home)).socketPath)
  await client.ask(keysSet, { provider: 'mine', name: 'work', value: 'sk-bad' })
  await ask(client)
  const [refused] = (await client.ask(listType, { provider: 'mine' })).keys
  assert.deepEqual([refused?.state, refused?.httpStatus], ['refused', 401])
  const { key } = await client.ask(keysRotate, { provider: 'mine', name: 'work', value: 'sk-good' })
  assert.equal(key.state, 'ready')
  assert.equal(await ask(client), 'succeeded')
  await client.close()
})

test('a test asks for the list of models; a paid one makes one call of one token, which is in the books', async (t) => {
  const provider = await startKeyed(t, (key) => key === 'sk-good')
  const home = homeWith(t, provider.baseUrl)
  const client = await connectClient((await startDaemon(home)).socketPath)
  for (const name of ['good', 'bad']) await client.ask(keysSet, { provider: 'mine', name, value: `sk-${name}` })
  const stateOf = async (name: string) => (await client.ask(keysTest, { provider: 'mine', name })).state
  assert.deepEqual([await stateOf('good'), await stateOf('bad')], ['accepted', 'refused'])
  assert.equal(provider.calls.length, 0)

  const paid = { requestId: 'paid-test-1' }
  const tested = await client.ask(keysTest, { provider: 'mine', name: 'good', paid })
  assert.equal(tested.state, 'accepted')
  assert.ok((tested.cost?.measuredNanodollars ?? 0) > 0)
  assert.equal(JSON.parse(provider.calls[0]?.bodyText ?? '{}').max_tokens, 1)
  const log = JSON.parse((await waybill(home, ['log', '--json'])).out)
  assert.deepEqual([log.length, log[0]?.requestId, log[0]?.attempts[0]?.key], [1, 'paid-test-1', 'good'])
  const refused = await client.ask(keysTest, { provider: 'mine', name: 'bad', paid: { requestId: 'paid-test-2' } })
  assert.deepEqual([refused.state, refused.httpStatus], ['refused', 401])
  assert.match(
    (await client.refusal('waybill/keys/test', { provider: 'mine', name: 'gone' })).message,
    /^Expected a key as `waybill keys` names it/,
  )
  await client.close()
})

test('a provider that lists its models to anybody proves nothing of a key', async (t) => {
  const provider = await startKeyed(t, () => true, true)
  const home = homeWith(t, provider.baseUrl)
  await startDaemon(home)
  await verb(home, ['set', 'mine'], 'sk-any')
  const { code, out } = await waybill(home, ['keys', 'test', 'mine', 'default'])
  assert.deepEqual([code, out.split(':')[0]], [1, 'unproven'])
})

test('a keychain that cannot be reached leaves its keys locked, says so everywhere, and everything else goes on', async (t) => {
  const provider = await startKeyed(t)
  const shut = { kind: 'openai', baseUrl: provider.baseUrl, key: ['$', '{keychain:work}'].join('') }
  const config = configOf({ mine: { baseUrl: provider.baseUrl } }) as { readonly providers: object }
  const home = ownHome(t, { ...config, providers: { ...config.providers, shut } })
  const client = await connectClient((await startDaemon(home)).socketPath)
  const [listed] = (await client.ask(listType, {})).keys
  assert.deepEqual([listed?.provider, listed?.name, listed?.state], ['shut', 'work', 'locked'])
  assert.equal(await ask(client), 'succeeded')
  const { providers } = await client.ask(status, {})
  assert.equal(providers.find(({ id }) => id === 'shut')?.state, 'no-key')
  assert.match(
    (await waybill(home, ['status'])).out,
    /shut +openai +key locked[\s\S]*the key “work” is locked: the keychain cannot/,
  )
  const doctor = await waybill(home, ['doctor'])
  assert.match(doctor.out, /FAIL {2}provider shut +the key “work” is locked: [\s\S]*-> unlock it; it is tried again/)
  assert.match((await client.refusal('waybill/keys/remove', { provider: 'shut', name: 'work' })).message, /not removed/)
  await client.close()
})

test('doctor and status say that keys lie in a file', async (t) => {
  const provider = await startKeyed(t)
  const home = homeWith(t, provider.baseUrl)
  await startDaemon(home)
  await verb(home, ['set', 'mine'], 'sk-any')
  assert.match((await waybill(home, ['status'])).out, /keys +1 in plain text in .*keys\.json, which only your account/)
  assert.match((await waybill(home, ['doctor'])).out, /warn {2}keys +1 key lies in plain text in .*keys\.json/)
})

const script = '/usr/bin/script'

test('on a terminal the key is asked for and not shown', {
  skip: !existsSync(script) && `${script} gives a program a terminal, and is not here`,
}, async (t) => {
  const provider = await startKeyed(t)
  const home = homeWith(t, provider.baseUrl)
  const client = await connectClient((await startDaemon(home)).socketPath)
  const command = [process.execPath, bundlePath, 'keys', 'set', 'mine'].join(' ')
  const terminal = spawn(script, ['-qec', command, '/dev/null'], { env: home.environment })
  let shown = ''
  terminal.stdout.setEncoding('utf8').on('data', (text) => {
    shown += text
  })
  await waitFor('the question', () => shown.includes('Key of mine: '))
  terminal.stdin.write('sk-typed\r')
  const [code] = await once(terminal, 'close')
  assert.equal(code, 0, shown)
  assert.match(shown, /mine +default +ready/)
  assert.equal(shown.includes('typed'), false, shown)
  assert.equal(await ask(client), 'succeeded')
  assert.deepEqual(keysSent(provider.calls), ['sk-typed'])
  await client.close()
})
