// What keeps providers and requests waiting, as a real daemon and its command line say it: a refused key, a key that has to wait, an
// open breaker, a request that waits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { status } from '../../shared/protocol/status.ts'
import { configOf, type ProviderCall, startProvider } from '../support/loopbackProvider.ts'
import { ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { startDaemon, waybill } from '../support/waybillProgram.ts'

const says =
  (httpStatus: number, headers: Readonly<Record<string, string>> = {}) =>
  ({ response }: ProviderCall) => {
    response.writeHead(httpStatus, headers).end('{"error":{"message":"no"}}')
  }

test('status and doctor name a refused key, a key that has to wait, an open breaker and a waiting request, and what to do', async (t) => {
  const refusing = await startProvider(t, says(401))
  const limiting = await startProvider(t, says(429, { 'retry-after': '120' }))
  const failing = await startProvider(t, says(500))
  const config = configOf({
    refusing: { baseUrl: refusing.baseUrl, keyEnvironmentName: 'REFUSED_KEY' },
    limiting: { baseUrl: limiting.baseUrl, keyEnvironmentName: 'LIMITED_KEY' },
    failing: { baseUrl: failing.baseUrl },
  })
  const home = ownHome(t, config)
  const environment = { REFUSED_KEY: 'canary-refused', LIMITED_KEY: 'canary-limited' }
  const daemon = await startDaemon(home, { environment })
  const client = await connectClient(daemon.socketPath)
  const ask = (model: string, more: object = {}) => client.chat({ ...askPrompt('well?'), models: [model], ...more })
  for (const model of ['test/refusing', 'test/limiting']) await ask(model, { patienceMs: 0 }).answer
  for (let count = 0; count < 3; count += 1) await ask('test/failing', { patienceMs: 0 }).answer
  const waiting = ask('test/limiting', { patienceMs: 300_000 })
  await waitFor('the wait', () => waiting.parts.some(({ type }) => type === 'wait-start'))

  const printed = await waybill(home, ['status'])
  assert.equal(printed.code, 0, printed.error)
  const out = printed.out.replaceAll('\u00a0', ' ')
  const id = waiting.requestId.slice(0, 8)
  assert.match(out, new RegExp(`waiting +${id} is waiting (1 min \\d+|2 min|\\d+) ?s? for limiting at limiting\\n`))
  assert.match(out, /refusing +custom +key refused +1/)
  assert.match(out, /limiting +custom +cooling .*s? +1/)
  assert.match(out, /failing +custom +breaker open +1/)
  assert.match(out, /refusing: the key in REFUSED_KEY was refused \(401\); .*\n {2}-> set a valid one/)
  assert.match(out, /limiting: the key in LIMITED_KEY has to wait .*\n {2}-> nothing, it goes on by itself/)
  assert.match(out, /failing: test\/failing@failing failed too often and is left alone for \d+ s\n {2}-> nothing/)
  assert.ok(!out.includes('canary'))

  const { providers, requestsWaiting } = status.result.parse(
    JSON.parse((await waybill(home, ['status', '--json'])).out),
  )
  const known = new Map(providers.map((one) => [one.id as string, one]))
  assert.deepEqual(
    known.get('refusing')?.keys?.map(({ untilMs: _untilMs, ...key }) => key),
    [{ name: 'REFUSED_KEY', place: 'env', state: 'refused', httpStatus: 401 }],
  )
  assert.equal(known.get('limiting')?.keys?.[0]?.state, 'cooling')
  assert.equal(known.get('failing')?.openBreakers?.[0]?.state, 'open')
  assert.deepEqual(
    requestsWaiting?.map(({ requestId, endpoint }) => [requestId, endpoint]),
    [[waiting.requestId, 'test/limiting@limiting']],
  )

  const checked = JSON.parse((await waybill(home, ['doctor', '--json'])).out) as { readonly checks: readonly Check[] }
  const levelOf = (name: string) => checked.checks.filter((check) => check.name === name).map(({ level }) => level)
  assert.deepEqual(levelOf('provider refusing'), ['fail'])
  assert.deepEqual(levelOf('provider limiting'), ['warn'])
  assert.deepEqual(levelOf('provider failing'), ['warn'])
  assert.deepEqual(levelOf(`request ${id}`), ['warn'])
  const doctor = await waybill(home, ['doctor'])
  assert.equal(doctor.code, 1)
  assert.match(doctor.out, /FAIL {2}provider refusing +the key in REFUSED_KEY was refused \(401\)/)

  waiting.cancel()
  await waiting.answer
  assert.deepEqual((await client.ask(status, {})).requestsWaiting, [])
})

type Check = { readonly name: string; readonly level: string }
