import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { delta, doneMark } from '../daemon/core/wire/wireFixtures.ts'
import { startProxy, startTlsProvider } from '../daemon/providers/proxy.ts'
import { ownHome } from '../support/ownHome.ts'
import { startDaemon, waybill } from '../support/waybillProgram.ts'

const caFile = new URL('../fixtures/tls/ca.pem', import.meta.url).pathname
const keyName = 'FAR_KEY'
const password = 'canary-of-the-proxy'

test('a prompt reaches a provider behind a proxy and an own certificate authority, and doctor says both without the password', async (t) => {
  const provider = await startTlsProvider(
    t,
    `${delta({ content: 'Through the proxy.' })}${delta({}, 'stop')}${doneMark}`,
  )
  const proxy = await startProxy(t, { targetPort: provider.port })
  const home = ownHome(t, {
    schema: 1,
    providers: {
      far: {
        kind: 'custom',
        baseUrl: 'https://provider.test/v1',
        key: `\${env:${keyName}}`,
        models: [{ model: 'far/one' }],
      },
    },
    network: { extraCaFile: caFile },
  })
  const environment = {
    [keyName]: 'canary-of-the-provider',
    HTTPS_PROXY: `http://ann:${password}@${proxy.address}`,
    NO_PROXY: 'corp.test',
  }
  await startDaemon(home, { environment })
  const run = await waybill(home, ['run', 'ask', '--text', 'Well?'])
  assert.match(run.out, /Through the proxy\./, run.error)
  const authorization = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`
  assert.deepEqual(proxy.asked, [{ line: 'CONNECT provider.test:443', authorization }])
  assert.equal(provider.received[0]?.headers.authorization, 'Bearer canary-of-the-provider')

  const doctor = await waybill(home, ['doctor'])
  assert.ok(doctor.out.includes(`https through http://${proxy.address} (HTTPS_PROXY); directly: corp.test`), doctor.out)
  assert.ok(doctor.out.includes(`1 certificate of ${caFile} trusted`), doctor.out)

  home.writeConfig({ schema: 1, network: { extraCaFile: '/nowhere/ca.pem' } })
  const mistaken = await waybill(home, ['doctor'])
  assert.match(
    mistaken.out,
    /network\.extraCaFile: expected a readable file of PEM certificates, found "\/nowhere\/ca\.pem"/,
  )
  const said = [run.out, run.error, doctor.out, mistaken.out, ...textsUnder(home.path)].join('\n')
  assert.ok(!said.includes(password) && !said.includes(authorization))
})

function textsUnder(folder: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  return paths.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path, 'utf8'))
}
