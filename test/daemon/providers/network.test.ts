import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type NetworkSettings, networkOf, proxyFor } from '../../../daemon/providers/network.ts'
import { createNetworkSource } from '../../../daemon/providers/networkSource.ts'
import { ownFolder } from '../../support/ownFolder.ts'

type Variables = Readonly<Record<string, string>>

function made(settings: NetworkSettings, environment: Variables = {}) {
  return networkOf(settings, environment, '/config.json')
}

function wayTo(address: string, settings: NetworkSettings, environment: Variables): string {
  const proxy = proxyFor(made(settings, environment).network, new URL(address))
  return proxy === undefined ? 'directly' : `${proxy.url} by ${proxy.source}`
}

const rows: readonly (readonly [string, Variables, NetworkSettings, string, string])[] = [
  ['nothing is set', {}, {}, 'https://api.test/', 'directly'],
  ['https by HTTPS_PROXY', { HTTPS_PROXY: 'http://p:1' }, {}, 'https://api.test/', 'http://p:1 by HTTPS_PROXY'],
  ['http not by HTTPS_PROXY', { HTTPS_PROXY: 'http://p:1' }, {}, 'http://api.test/', 'directly'],
  ['http by HTTP_PROXY', { HTTP_PROXY: 'http://p:1' }, {}, 'http://api.test/', 'http://p:1 by HTTP_PROXY'],
  ['both by ALL_PROXY', { ALL_PROXY: 'http://p:1' }, {}, 'https://api.test/', 'http://p:1 by ALL_PROXY'],
  [
    'lower case first',
    { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://high:1' },
    {},
    'https://api.test/',
    'http://low:1 by https_proxy',
  ],
  [
    'the particular before all',
    { all_proxy: 'http://all:1', HTTPS_PROXY: 'http://own:1' },
    {},
    'https://api.test/',
    'http://own:1 by HTTPS_PROXY',
  ],
  ['an empty one is none', { HTTPS_PROXY: ' ' }, {}, 'https://api.test/', 'directly'],
  ['without a scheme it is http', { HTTPS_PROXY: 'p:3128' }, {}, 'https://api.test/', 'http://p:3128 by HTTPS_PROXY'],
  ['NO_PROXY', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'api.test' }, {}, 'https://api.test/', 'directly'],
  ['no_proxy', { HTTPS_PROXY: 'http://p:1', no_proxy: '.test' }, {}, 'https://api.test/', 'directly'],
  [
    'the setting before the environment',
    { HTTPS_PROXY: 'http://p:1' },
    { proxy: 'https://set:8443' },
    'http://api.test/',
    'https://set:8443 by network.proxy',
  ],
  [
    'the setting of what is exempt before the environment',
    { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' },
    { noProxy: 'other.test' },
    'https://api.test/',
    'http://p:1 by HTTPS_PROXY',
  ],
  ['this machine never', { ALL_PROXY: 'http://p:1' }, { proxy: 'http://q:1' }, 'http://127.0.0.1:11434/', 'directly'],
]

for (const [name, environment, settings, address, way] of rows) {
  test(`the way of a call: ${name}`, () => {
    assert.equal(wayTo(address, settings, environment), way)
  })
}

test('the password of a proxy is for the proxy alone: not in what is shown, not in a problem', () => {
  const environment = { HTTPS_PROXY: 'http://ann:can%2Fary%@p:1', ALL_PROXY: 'socks5://ann:canary@p:2' }
  const source = createNetworkSource({ settings: () => ({}), environment, configFile: '/config.json' })
  const proxy = source.current().proxies['https:']
  assert.equal(proxy?.authorization, `Basic ${Buffer.from('ann:can%2Fary%').toString('base64')}`)
  assert.deepEqual(source.status(), { proxies: [{ scheme: 'https', url: 'http://p:1', source: 'HTTPS_PROXY' }] })
  assert.deepEqual(source.problems(), [
    {
      file: 'the environment',
      place: 'ALL_PROXY',
      expected: 'the address of a proxy, such as http://proxy.example:3128 (http and https are spoken, SOCKS is not)',
      found: 'an address that begins with socks5://',
      effect: 'ignored',
    },
  ])
  assert.ok(source.secrets().includes('can%2Fary%'))
  const decoded = networkOf({}, { HTTPS_PROXY: 'http://ann:can%2Fary@p:1' }, '').network.proxies['https:']
  assert.equal(decoded?.authorization, `Basic ${Buffer.from('ann:can/ary').toString('base64')}`)
})

test('a proxy that is no address is said without quoting it', () => {
  const { network, problems } = made({}, { HTTPS_PROXY: 'http://', HTTP_PROXY: 'ftp://canary@p' })
  assert.deepEqual(network.proxies, {})
  assert.deepEqual(
    problems.map(({ place, found }) => `${place} ${found}`),
    ['HTTP_PROXY an address that begins with ftp://', 'HTTPS_PROXY an address that begins with http://'],
  )
  assert.ok(!JSON.stringify(problems).includes('canary'))
})

const caFile = new URL('../../fixtures/tls/ca.pem', import.meta.url)
const ca = readFileSync(caFile, 'utf8')

test('every certificate of the extra file counts, and those of NODE_EXTRA_CA_CERTS stay', (context) => {
  const file = join(ownFolder(context), 'ca.pem')
  writeFileSync(file, `# two\n${ca}\n${ca}`)
  const two = made({ extraCaFile: file })
  assert.deepEqual([two.network.extraCertificates.length, two.problems], [2, []])
  const three = made({ extraCaFile: file }, { NODE_EXTRA_CA_CERTS: caFile.pathname })
  assert.equal(three.network.extraCertificates.length, 3)
  // Node itself sees to it where no file is set.
  assert.deepEqual(made({}, { NODE_EXTRA_CA_CERTS: caFile.pathname }).network.extraCertificates, [])
})

test('an extra file that cannot be used is a problem in words and is left out', (context) => {
  const folder = ownFolder(context)
  const contents = { 'empty.pem': ' \n', 'none.pem': 'hello', 'broken.pem': `${ca}${ca.replace(/\n[^-]{9}/, '\n')}` }
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content)
  const found = (extraCaFile: string) => {
    const { network, problems } = made({ extraCaFile })
    assert.deepEqual([network.extraCertificates, network.extraCaFile], [[], undefined])
    assert.deepEqual(
      problems.map(({ file, place, effect }) => [file, place, effect]),
      [['/config.json', 'network.extraCaFile', 'leads-nowhere']],
    )
    return problems[0]?.found ?? ''
  }
  assert.match(found(join(folder, 'absent.pem')), /absent\.pem", which does not exist \(ENOENT\)/)
  assert.match(found(folder), /which is a folder \(EISDIR\)/)
  assert.equal(found(join(folder, 'empty.pem')), 'an empty file')
  assert.equal(found(join(folder, 'none.pem')), 'a file without a certificate')
  assert.equal(found(join(folder, 'broken.pem')), 'a file whose certificate 2 cannot be read')
})

test('a look sees a mended file, and changes nothing where nothing changed', (context) => {
  const file = join(ownFolder(context), 'ca.pem')
  const source = createNetworkSource({ settings: () => ({ extraCaFile: file }), environment: {}, configFile: '' })
  assert.equal(source.problems().length, 1)
  const before = source.current()
  source.look()
  assert.equal(source.current(), before)
  writeFileSync(file, ca)
  source.look()
  assert.deepEqual(source.problems(), [])
  assert.deepEqual(source.status(), { proxies: [], extraCa: { file, certificates: 1 } })
})
