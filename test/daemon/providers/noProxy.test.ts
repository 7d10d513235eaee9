import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWithoutProxy, noProxyRulesOf } from '../../../daemon/providers/noProxy.ts'

/** NO_PROXY, an address, and whether it is called without the proxy. */
const rows: readonly (readonly [string, string, boolean])[] = [
  ['', 'https://api.test/v1', false],
  ['api.test', 'https://api.test/v1', true],
  ['api.test', 'https://eu.api.test/v1', true],
  ['api.test', 'https://myapi.test/v1', false],
  ['API.test', 'https://api.TEST/v1', true],
  ['api.test', 'https://api.test./v1', true],
  ['.corp.test', 'https://a.b.corp.test/', true],
  ['.corp.test', 'https://corp.test/', true],
  ['*.corp.test', 'https://a.corp.test/', true],
  ['.corp.test', 'https://xcorp.test/', false],
  ['other.test, api.test', 'https://api.test/', true],
  ['other.test api.test', 'https://api.test/', true],
  [',, ,', 'https://api.test/', false],
  ['api.test:8443', 'https://api.test:8443/', true],
  ['api.test:8443', 'https://api.test/', false],
  ['api.test:443', 'https://api.test/', true],
  ['api.test:80', 'http://api.test/', true],
  ['*', 'https://api.test/', true],
  ['*', 'https://[2001:db8::1]/', true],
  ['10.1.2.3', 'http://10.1.2.3/', true],
  ['10.0.0.0/8', 'http://10.1.2.3:8000/', true],
  ['10.0.0.0/8', 'http://11.1.2.3/', false],
  ['10.0.0.0/33', 'http://10.1.2.3/', false],
  ['10.0.0.0/', 'http://10.0.0.0/', false],
  ['10.0.0.0/8', 'http://ten.test/', false],
  ['2001:db8::/32', 'https://[2001:db8::1]/', true],
  ['[2001:db8::1]', 'https://[2001:db8::1]/', true],
  ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443/', true],
  ['[2001:db8::1]:8443', 'https://[2001:db8::1]/', false],
  // This machine, whatever is set.
  ['', 'http://localhost:11434/v1', true],
  ['', 'http://models.localhost/', true],
  ['', 'http://127.0.0.1:8000/', true],
  ['', 'http://127.8.8.8/', true],
  ['', 'http://0.0.0.0:8000/', true],
  ['', 'http://[::1]:8000/', true],
  ['', 'http://[::]:8000/', true],
  ['', 'http://[::ffff:127.0.0.1]/', true],
  ['', 'http://128.0.0.1/', false],
  ['', 'http://localhost.test/', false],
]

for (const [text, address, isWithout] of rows) {
  test(`NO_PROXY "${text}": ${address} is called ${isWithout ? 'directly' : 'through the proxy'}`, () => {
    assert.equal(isWithoutProxy(new URL(address), noProxyRulesOf(text)), isWithout)
  })
}
