import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { findLocalServer, type KnownAddress } from '../../../../daemon/cli/demo/findLocalServer.ts'

const ollama = { models: [{ name: 'nomic-embed-text:latest' }, { name: 'qwen2.5-coder:7b' }] }
const openai = { object: 'list', data: [{ id: 'coder-v2' }] }

describe('finding a local model server', () => {
  it('takes the first model of Ollama that is no embedding model, sending nothing but one GET', async (t) => {
    const asked: string[] = []
    const origin = await serve(t, (path) => {
      asked.push(path)
      return { status: 200, body: JSON.stringify(ollama) }
    })
    const found = await find({ origin, shape: 'ollama-tags' })
    assert.deepEqual(found, { kind: 'ollama', baseUrl: `${origin}/v1`, model: 'qwen2.5-coder:7b' })
    assert.deepEqual(asked, ['GET /api/tags'])
  })

  it('takes the model of LM Studio', async (t) => {
    const origin = await serve(t, () => ({ status: 200, body: JSON.stringify(openai) }))
    assert.deepEqual(await find({ origin, shape: 'openai-models' }), {
      kind: 'lmstudio',
      baseUrl: `${origin}/v1`,
      model: 'coder-v2',
    })
  })

  const others: readonly (readonly [string, { readonly status: number; readonly body: string }])[] = [
    ['another shape', { status: 200, body: '{"models":["qwen"]}' }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['an error', { status: 500, body: JSON.stringify(ollama) }],
    ['no models', { status: 200, body: '{"models":[]}' }],
    ['endless text', { status: 200, body: 'x'.repeat(3_000_000) }],
  ]
  for (const [name, answer] of others) {
    it(`finds none behind ${name}`, async (t) => {
      const origin = await serve(t, () => answer)
      assert.equal(await find({ origin, shape: 'ollama-tags' }), undefined)
    })
  }

  it('finds none where nobody listens', async () => {
    assert.equal(await find({ origin: 'http://127.0.0.1:1', shape: 'ollama-tags' }), undefined)
  })
})

function find(address: KnownAddress) {
  return findLocalServer([address], new AbortController().signal)
}

type Respond = (request: string) => { readonly status: number; readonly body: string }

async function serve(t: TestContext, respond: Respond): Promise<string> {
  const server = createServer((request, response) => {
    const { status, body } = respond(`${request.method} ${request.url}`)
    response.writeHead(status).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
