import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOfBodyError, failureOfNetworkError } from '../../../daemon/providers/networkFailure.ts'

function coded(code: string): Error {
  return Object.assign(new Error('x'), { code })
}

const rows = [
  { error: coded('ECONNREFUSED'), kind: 'unreachable', says: /Start the server/ },
  { error: coded('ENOTFOUND'), kind: 'unreachable', says: /that name does not exist/ },
  { error: coded('EAI_AGAIN'), kind: 'unreachable', says: /could not be looked up/ },
  { error: coded('EHOSTUNREACH'), kind: 'unreachable', says: /Check the network/ },
  { error: coded('DEPTH_ZERO_SELF_SIGNED_CERT'), kind: 'unreachable', says: /network\.extraCaFile/ },
  { error: coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), kind: 'unreachable', says: /network\.extraCaFile/ },
  { error: coded('ESTRANGE'), kind: 'unreachable', says: /the connection failed \(ESTRANGE\)/ },
  { error: coded('ETIMEDOUT'), kind: 'timeout', says: /none stood in time/ },
  { error: coded('UND_ERR_HEADERS_OVERFLOW'), kind: 'protocol-violation', says: /Expected HTTP/ },
  { error: new Error('x', { cause: coded('ECONNREFUSED') }), kind: 'unreachable', says: /ECONNREFUSED/ },
  { error: new AggregateError([coded('ECONNREFUSED')]), kind: 'unreachable', says: /ECONNREFUSED/ },
]

for (const row of rows) {
  test(`a network error before the head is ${row.kind}: ${row.says.source}`, () => {
    const failure = failureOfNetworkError(row.error, 'host:1')
    assert.equal(failure?.kind, row.kind)
    assert.match(failure?.message ?? '', row.says)
    assert.match(failure?.message ?? '', /host:1/)
  })
}

for (const { error, arrives, name } of [
  { name: 'refused', error: coded('ECONNREFUSED'), arrives: undefined },
  { name: 'name unknown', error: coded('ENOTFOUND'), arrives: undefined },
  { name: 'certificate', error: coded('CERT_HAS_EXPIRED'), arrives: undefined },
  { name: 'no connection in time', error: coded('UND_ERR_CONNECT_TIMEOUT'), arrives: undefined },
  { name: 'connect timed out', error: Object.assign(coded('ETIMEDOUT'), { syscall: 'connect' }), arrives: undefined },
  {
    name: 'proxy',
    error: Object.assign(coded('UND_ERR_ABORTED'), { message: 'Proxy response (504)' }),
    arrives: undefined,
  },
  { name: 'read timed out', error: Object.assign(coded('ETIMEDOUT'), { syscall: 'read' }), arrives: true },
  { name: 'reset', error: coded('ECONNRESET'), arrives: true },
  { name: 'closed', error: coded('UND_ERR_SOCKET'), arrives: true },
  { name: 'anything else', error: coded('ESTRANGE'), arrives: true },
]) {
  test(`a request may have arrived unless no connection came about: ${name}`, () => {
    assert.equal(failureOfNetworkError(error, 'host:1')?.mayHaveArrived, arrives)
  })
}

const proxied = [
  { error: coded('ECONNREFUSED'), says: /no connection came about\. Check network\.proxy.*\(ECONNREFUSED\)/ },
  { error: coded('CERT_HAS_EXPIRED'), says: /its certificate is not trusted/ },
  {
    error: Object.assign(new Error('Proxy Authentication Required (407)'), { code: 'UND_ERR_INVALID_ARG' }),
    says: /the proxy wants a user name and password/,
  },
  {
    error: Object.assign(new Error('Proxy response (504) !== 200 when HTTP Tunneling'), { code: 'UND_ERR_ABORTED' }),
    says: /the proxy refused it with HTTP 504/,
  },
]

for (const row of proxied) {
  test(`a call through a proxy names the proxy: ${row.says.source}`, () => {
    const failure = failureOfNetworkError(row.error, 'api.test', 'http://p:1')
    assert.equal(failure?.kind, 'unreachable')
    assert.match(failure?.message ?? '', /api\.test through the proxy http:\/\/p:1/)
    assert.match(failure?.message ?? '', row.says)
  })
}

test('after the head the answer is truncated, and an error without a code is no failure but a bug', () => {
  assert.equal(failureOfBodyError(coded('ECONNRESET'), 'host:1')?.kind, 'truncated')
  assert.equal(failureOfBodyError(coded('HPE_INVALID_CHUNK_SIZE'), 'host:1')?.kind, 'protocol-violation')
  for (const bug of [new TypeError('x'), 'x', undefined]) {
    assert.equal(failureOfNetworkError(bug, 'host:1'), undefined)
    assert.equal(failureOfBodyError(bug, 'host:1'), undefined)
  }
})
