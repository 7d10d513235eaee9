import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { directNetwork, type Network, networkOf } from '../../../daemon/providers/network.ts'
import { createUpstreamHttp, type UpstreamRequest } from '../../../daemon/providers/upstreamHttp.ts'
import { waitFor } from '../../support/waitFor.ts'
import { answered, collected, ownHttp, startLoopback, startRawLoopback, streamHead } from './loopback.ts'
import { startProxy, startTlsProvider, tlsFixture } from './proxy.ts'

const never = new AbortController().signal
const trusting: Network = { ...directNetwork, extraCertificates: [tlsFixture('ca.pem')] }

function post(url: string, more: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return { method: 'POST', url, headers: { authorization: 'Bearer k' }, body: '{}', connectMs: 5_000, ...more }
}

function through(proxy: string, more: Partial<Network> = {}): Network {
  return { ...networkOf({ proxy: `http://${proxy}` }, {}, '').network, ...more }
}

async function messageOf(http: ReturnType<typeof ownHttp>, request: UpstreamRequest) {
  const outcome = await http.request(request, never)
  assert.ok(outcome.type === 'failure')
  return outcome.failure
}

test('https goes through a tunnel of the proxy: the key inside it, the password of the proxy outside only', async (context) => {
  const provider = await startTlsProvider(context)
  const proxy = await startProxy(context, { targetPort: provider.port })
  const { extraCertificates } = trusting
  const http = ownHttp(context, through(`ann:pass%20word@${proxy.address}`, { extraCertificates }))
  const answer = await answered(http.request(post('https://provider.test/v1/chat?x=1'), never))
  assert.deepEqual(await collected(answer.texts), ['over TLS'])
  const authorization = `Basic ${Buffer.from('ann:pass word').toString('base64')}`
  assert.deepEqual(proxy.asked, [{ line: 'CONNECT provider.test:443', authorization }])
  const [received] = provider.received
  assert.equal(received?.path, '/v1/chat?x=1')
  assert.equal(received?.body, '{}')
  assert.equal(received?.headers.authorization, 'Bearer k')
  assert.equal(received?.headers.host, 'provider.test')
  assert.equal(received?.headers['proxy-authorization'], undefined)
})

test('calls one after the other share a tunnel', async (context) => {
  const provider = await startTlsProvider(context)
  const proxy = await startProxy(context, { targetPort: provider.port })
  const http = ownHttp(context, through(proxy.address, { extraCertificates: trusting.extraCertificates }))
  for (let call = 0; call < 3; call += 1) {
    const answer = await answered(http.request(post('https://provider.test/v1'), never))
    await collected(answer.texts)
    await answer.release()
    // undici keeps a connection back for a moment.
    for (let turn = 0; turn < 5; turn += 1) await nextTurn()
  }
  assert.equal(provider.received.length, 3)
  assert.equal(proxy.asked.length, 1)
})

test('http is handed to the proxy with its whole address', async (context) => {
  const upstream = await startLoopback(context, (response) => response.writeHead(200, streamHead).end('plain'))
  const proxy = await startProxy(context, { targetPort: Number(new URL(upstream.url).port) })
  const http = ownHttp(context, through(`ann:p@${proxy.address}`))
  const answer = await answered(http.request(post('http://lab.test:8000/v1/chat'), never))
  assert.deepEqual(await collected(answer.texts), ['plain'])
  assert.deepEqual(proxy.asked, [
    { line: 'POST http://lab.test:8000/v1/chat', authorization: `Basic ${Buffer.from('ann:p').toString('base64')}` },
  ])
  const [received] = upstream.received
  assert.equal(received?.headers.host, 'lab.test:8000')
  assert.equal(received?.headers.authorization, 'Bearer k')
})

test('addresses of this machine, private sockets and what NO_PROXY names never meet the proxy', async (context) => {
  const upstream = await startLoopback(context, (response) => response.writeHead(200, streamHead).end('direct'))
  const proxy = await startProxy(context, { targetPort: 1 })
  const { port } = new URL(upstream.url)
  const http = ownHttp(context, through(proxy.address))
  for (const host of ['127.0.0.1', 'localhost']) {
    const answer = await answered(http.request(post(`http://${host}:${port}/v1`), never))
    assert.deepEqual(await collected(answer.texts), ['direct'])
  }
  const socket = await messageOf(http, post('https://provider.test/', { socketPath: '/nowhere/at/all' }))
  assert.match(socket.message, /no such socket/)
  const exempt = ownHttp(context, { ...through(proxy.address), noProxy: [{ host: 'nothing.invalid' }] })
  assert.match(
    (await messageOf(exempt, post('http://nothing.invalid/'))).message,
    /Expected a connection to nothing\.invalid;/,
  )
  assert.deepEqual(proxy.asked, [])
})

const refusals = [
  [407, /provider\.test through the proxy http:\/\/127\.0\.0\.1:\d+; the proxy wants a user name and password/],
  [403, /the proxy refused it with HTTP 403/],
  [502, /the proxy refused it with HTTP 502/],
] as const

for (const [httpStatus, says] of refusals) {
  test(`a proxy that refuses the tunnel with ${httpStatus} is unreachable, said without its password`, async (context) => {
    const proxy = await startProxy(context, { targetPort: 1, refuses: httpStatus })
    const failure = await messageOf(
      ownHttp(context, through(`ann:canary@${proxy.address}`)),
      post('https://provider.test/'),
    )
    assert.equal(failure.kind, 'unreachable')
    assert.match(failure.message, says)
    assert.doesNotMatch(failure.message, /canary|ann/)
  })
}

test('a proxy that is not there, and one that never opens the tunnel', async (context) => {
  const gone = await startRawLoopback(context, (socket) => socket.destroy())
  const cut = await messageOf(ownHttp(context, through(new URL(gone.url).host)), post('https://provider.test/'))
  assert.equal(cut.kind, 'unreachable')
  assert.match(cut.message, /no connection came about\. Check network\.proxy/)
  const silent = await startProxy(context, { targetPort: 1, refuses: 'silently' })
  const startedMs = performance.now()
  const late = await messageOf(
    ownHttp(context, through(silent.address)),
    post('https://provider.test/', { connectMs: 100 }),
  )
  context.diagnostic(`given up after ${(performance.now() - startedMs).toFixed(0)} ms of a limit of 100`)
  assert.deepEqual([late.kind, late.phase], ['timeout', 'connect'])
})

test('an aborted call does not wait for the proxy', async (context) => {
  const silent = await startProxy(context, { targetPort: 1, refuses: 'silently' })
  const abort = new AbortController()
  const outcome = ownHttp(context, through(silent.address)).request(post('https://provider.test/'), abort.signal)
  await waitFor('the proxy to be asked', () => silent.asked.length === 1)
  const startedMs = performance.now()
  abort.abort()
  const answer = await outcome
  const tookMs = performance.now() - startedMs
  context.diagnostic(`cancelled after ${tookMs.toFixed(1)} ms of a connect limit of 5000`)
  assert.ok(tookMs < 2_500)
  assert.equal(answer.type === 'failure' && answer.failure.kind, 'cancelled')
})

test('a certificate of an own authority is trusted only where its file is set, and beside the known ones', async (context) => {
  const provider = await startTlsProvider(context)
  const request = post(`https://127.0.0.1:${provider.port}/v1`)
  const stranger = await messageOf(ownHttp(context), request)
  assert.equal(stranger.kind, 'unreachable')
  assert.match(stranger.message, /certificate is not trusted.*network\.extraCaFile/)
  assert.equal(provider.received.length, 0)
  const answer = await answered(ownHttp(context, trusting).request(request, never))
  assert.deepEqual(await collected(answer.texts), ['over TLS'])
})

test('a changed network counts for the next call', async (context) => {
  const provider = await startTlsProvider(context)
  let network: Network = directNetwork
  const http = createUpstreamHttp(() => network)
  context.after(() => http.dispose())
  const request = post(`https://127.0.0.1:${provider.port}/v1`)
  await messageOf(http, request)
  network = trusting
  assert.deepEqual(await collected((await answered(http.request(request, never))).texts), ['over TLS'])
})
