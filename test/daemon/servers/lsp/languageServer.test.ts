import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFakeSessions } from '../fakeSession.ts'
import { startServing, until } from '../serving.ts'

const initializeParams = { processId: null, clientInfo: { name: 'Neovim' }, capabilities: {}, rootUri: null }

describe('language server face', { timeout: 20_000 }, () => {
  it('answers initialize and then every waybill method on the same connection', async (t) => {
    const sessions = createFakeSessions()
    const client = await (await startServing(t, sessions)).connect()
    const answer = await client.request(1, 'initialize', initializeParams)
    assert.deepEqual(answer.result, {
      capabilities: {
        positionEncoding: 'utf-16',
        experimental: {
          waybill: {
            protocolVersion: 1,
            daemon: { version: '0.0.1', pid: 1, startedAtMs: 1 },
            environmentNames: ['OPENAI_API_KEY'],
          },
        },
      },
      serverInfo: { name: 'waybill', version: '0.0.1' },
    })
    client.send({ method: 'initialized', params: {} })
    client.send({ method: 'textDocument/didOpen', params: {} })
    assert.deepEqual((await client.request(2, 'waybill/prompts')).result, { prompts: [] })
    assert.equal(sessions.opened[0]?.options.client, 'Neovim')
  })

  it('takes what waybill/hello would be told from the initialization options', async (t) => {
    const sessions = createFakeSessions()
    const client = await (await startServing(t, { ...sessions, requiredToken: 'secret' })).connect()
    const waybill = { client: { name: 'vscode' }, token: 'secret', user: 'ann', subscribe: ['profiles'] }
    await client.request(1, 'initialize', { ...initializeParams, initializationOptions: { waybill } })
    const options = sessions.opened[0]?.options
    assert.deepEqual([options?.client, options?.user, options?.topics], ['vscode', 'ann', ['profiles']])
  })

  it('refuses an initialize without the token where one is required', async (t) => {
    const client = await (await startServing(t, { ...createFakeSessions(), requiredToken: 'secret' })).connect()
    assert.equal((await client.request(1, 'initialize', initializeParams)).error?.code, 1005)
    await client.untilClosed()
  })

  it('ends on shutdown and exit, touching no other client and taking no other request between', async (t) => {
    const sessions = createFakeSessions()
    const serving = await startServing(t, sessions)
    const [leaving, staying] = [await serving.connect(), await serving.connect()]
    for (const client of [leaving, staying]) await client.request(1, 'initialize', initializeParams)
    assert.equal((await leaving.request(2, 'shutdown')).result, null)
    assert.equal((await leaving.request(3, 'waybill/prompts')).error?.code, -32600)
    leaving.send({ method: 'exit' })
    await leaving.untilClosed()
    await until(() => sessions.opened[0]?.disposedCount === 1)
    assert.deepEqual((await staying.request(2, 'waybill/prompts')).result, { prompts: [] })
  })

  it('takes shutdown with params null, as several editors send it', async (t) => {
    const client = await (await startServing(t, createFakeSessions())).connect()
    await client.request(1, 'initialize', initializeParams)
    assert.equal((await client.request(2, 'shutdown', null)).result, null)
  })

  it('ends on an exit that comes before initialize', async (t) => {
    const client = await (await startServing(t, createFakeSessions())).connect()
    client.send({ method: 'exit' })
    await client.untilClosed()
  })

  it('refuses a second initialize and unknown methods, and does not act on the process id', async (t) => {
    const client = await (await startServing(t, createFakeSessions())).connect()
    // A process that is long gone: a server that watches it would end itself.
    await client.request(1, 'initialize', { ...initializeParams, processId: 999_999_999 })
    assert.equal((await client.request(2, 'initialize', initializeParams)).error?.code, -32600)
    assert.equal((await client.request(3, 'textDocument/hover', {})).error?.code, -32601)
    assert.equal((await client.request(4, 'waybill/hello', {})).error?.code, -32600)
  })
})
