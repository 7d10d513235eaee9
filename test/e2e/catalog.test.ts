// The catalogue of a real daemon: the snapshot that it brings along, a fetched one over a loopback server in every condition, and
// local models that appear by themselves.
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { catalogEndpoints, catalogModels, catalogRefresh } from '../../shared/protocol/catalog.ts'
import { status } from '../../shared/protocol/status.ts'
import { ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, resultOf } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { startDaemon, waybill } from '../support/waybillProgram.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function serve(t: TestContext, first: Answer) {
  const seen: IncomingMessage[] = []
  const state = { answer: first }
  const server = createServer((request, response) => {
    seen.push(request)
    state.answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, state }
}

const json =
  (value: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))

const catalogAt = (input: number) => ({
  anthropic: { models: { 'claude-loopback-1': { cost: { input, output: 5 * input }, limit: { context: 5_000 } } } },
})
const key = ['$', '{env:CATALOG_TEST_KEY}'].join('')

test('a provider without declared models offers those that the program brings along, and says of which day', async (t) => {
  const home = ownHome(t, { schema: 1, providers: { mine: { kind: 'anthropic', key } } })
  const listed = await waybill(home, ['models', 'sonnet', '4.6'])
  assert.match(listed.out, /anthropic\/claude-sonnet-4\.6 +\$3 \/ \$15/)
  assert.match(listed.out, /Catalogue of \d{4}-\d{2}-\d{2}\./)
  const shown = await waybill(home, ['endpoints', 'anthropic/claude-sonnet-4.6'])
  assert.match(shown.out, /mine +no key +\$3 \/ \$15/)
  assert.match(shown.out, /for an hour \$6/)
  const unknown = await waybill(home, ['endpoints', 'anthropic/claude-sonet-4.6'])
  assert.equal(unknown.code, 1)
  assert.match(unknown.error, /no configured provider offers .* Did you mean anthropic\/claude-sonnet-4\.6\?/)
  const words = JSON.parse((await waybill(home, ['models', '--json'])).out)
  assert.ok(catalogModels.result.parse(words).models.length > 10)
})

test('the catalogue is fetched from the URL that the user names, and whatever comes there, the last good one stays', async (t) => {
  const server = await serve(t, json(catalogAt(1), { etag: '"one"' }))
  const config = {
    schema: 1,
    providers: { mine: { kind: 'anthropic', key } },
    catalog: { url: `${server.url}/api.json` },
  }
  const home = ownHome(t, config)
  const daemon = await startDaemon(home, { environment: { CATALOG_TEST_KEY: 'canary-catalog-key' } })
  const client = await connectClient(daemon.socketPath)
  const model = 'anthropic/claude-loopback-1' as never
  const priceNow = async () => {
    const { endpoints } = await client.ask(catalogEndpoints, { model })
    return endpoints[0]?.rates?.inputNanodollarsPerMillionTokens
  }
  const refreshWith = async (answer: Answer) => {
    server.state.answer = (request, response) =>
      request.url === '/api.json' ? answer(request, response) : response.writeHead(404).end()
    return (await client.ask(catalogRefresh, {})).problems.filter((problem) => problem.includes('catalogue'))
  }
  await refreshWith(json(catalogAt(1), { etag: '"one"' }))
  assert.equal(await priceNow(), 1e9)
  assert.equal(
    server.seen.some((request) => JSON.stringify(request.headers).includes('canary')),
    false,
  )

  // Unchanged, as the server says by the etag.
  const before = server.seen.length
  assert.deepEqual(await refreshWith((_request, response) => response.writeHead(304).end()), [])
  assert.equal(server.seen.slice(before).find(({ url }) => url === '/api.json')?.headers['if-none-match'], '"one"')
  assert.equal(await priceNow(), 1e9)

  const bad: readonly (readonly [string, Answer, RegExp])[] = [
    ['an error', (_request, response) => response.writeHead(500).end(), /found 500/],
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end(), /found 302/],
    ['no JSON', (_request, response) => response.writeHead(200).end('<html>'), /expected JSON/],
    ['another document', json({ error: 'no' }), /expected JSON/],
    ['too much', (_request, response) => response.writeHead(200).end(' '.repeat(9 * 1024 * 1024)), /at most 8 MB/],
  ]
  for (const [name, answer, says] of bad) {
    const problems = await refreshWith(answer)
    assert.match(problems.join(), says, name)
    assert.match((await client.ask(status, {})).catalog?.problem ?? '', says, name)
    assert.equal(await priceNow(), 1e9, name)
  }
  assert.equal(
    server.seen.some(({ url }) => url === '/elsewhere'),
    false,
  )

  assert.match((await waybill(home, ['status'])).out, /catalogue {2}The catalogue could not be .*stays in force/)
  assert.match((await waybill(home, ['doctor'])).out, /warn {2}catalogue +The catalogue could not be/)

  assert.deepEqual(await refreshWith(json(catalogAt(2))), [])
  assert.equal(await priceNow(), 2e9)
  assert.equal((await client.ask(status, {})).catalog?.problem, undefined)

  // Another address is asked without being told to, long before the next refresh.
  server.state.answer = (request, response) =>
    request.url === '/other.json' ? json(catalogAt(3))(request, response) : response.writeHead(404).end()
  home.writeConfig({ ...config, catalog: { url: `${server.url}/other.json` } })
  await waitForAsync(async () => {
    const { models } = await client.ask(catalogModels, { filter: 'loopback' })
    return models[0]?.cheapest?.inputNanodollarsPerMillionTokens === 3e9
  })

  // The next daemon has it without the server.
  await waybill(home, ['stop'])
  server.state.answer = (_request, response) => response.destroy()
  const next = await connectClient((await startDaemon(home)).socketPath)
  const { endpoints, catalogDate } = await next.ask(catalogEndpoints, { model })
  assert.equal(endpoints[0]?.rates?.inputNanodollarsPerMillionTokens, 3e9)
  assert.match(endpoints[0]?.rates?.source ?? '', /^fetched \d{4}-\d{2}-\d{2}$/)
  assert.match(catalogDate ?? '', /^\d{4}-\d{2}-\d{2}$/)
})

test('the models of a local server appear by themselves, can be asked, and go when it has them no more', async (t) => {
  const frame = (data: object) => `data: ${JSON.stringify(data)}\n\n`
  let models = [{ id: 'all-minilm:latest' }, { id: 'qwen2.5-coder:7b' }, { id: 'nomic-embed-text:latest' }]
  const server = await serve(t, (request, response) => {
    if (request.url === '/v1/models') return json({ object: 'list', data: models })(request, response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(frame({ choices: [{ index: 0, delta: { content: 'It adds.' }, finish_reason: 'stop' }] }))
    response.end(`${frame({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 3 } })}data: [DONE]\n\n`)
  })
  const home = ownHome(t, { schema: 1, providers: { local: { kind: 'ollama', baseUrl: `${server.url}/v1` } } })
  const client = await connectClient((await startDaemon(home)).socketPath)
  const listed = async () => (await client.ask(catalogModels, { provider: 'local' as never })).models
  await waitForAsync(async () => (await listed()).length === 1)
  const [row] = await listed()
  assert.equal(row?.model, 'ollama/qwen2.5-coder:7b')
  assert.equal(row?.cheapest?.inputNanodollarsPerMillionTokens, 0)
  const answer = await resultOf(client.chat({ ...askPrompt('what is this?'), profile: 'local-only' }))
  assert.ok(answer.state === 'ended')
  assert.equal(answer.waybill.attempts[0]?.endpoint, 'ollama/qwen2.5-coder:7b@local')
  assert.equal(answer.waybill.cost.measuredNanodollars, 0)
  assert.equal(answer.waybill.cost.unknownCount, 0)
  models = []
  await client.ask(catalogRefresh, {})
  assert.deepEqual(await listed(), [])
})

async function waitForAsync(isTrue: () => Promise<boolean>): Promise<void> {
  let found = false
  const looking = (async () => {
    while (!found) found = await isTrue()
  })()
  await waitFor('the models to appear', () => (found ? true : undefined))
  await looking
}
