import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ResponseError } from 'vscode-jsonrpc/node'
import { eventMessage, failedResponse, waybillMethods } from '../../../../daemon/servers/rpc/waybillMethods.ts'
import { failureKinds } from '../../../../shared/domain/failure.ts'
import { failureTable } from '../../../../shared/domain/failureTable.ts'
import { chat } from '../../../../shared/protocol/chat.ts'
import { requestErrorDataSchema } from '../../../../shared/protocol/errors.ts'
import { aWaybill, createFakeSessions } from '../fakeSession.ts'
import { startServing } from '../serving.ts'

describe('waybill methods', () => {
  it('has a handler for every request of the protocol and an encoder for every notification', async () => {
    const handled = handlers()
    const encoded = [
      eventMessage({ topic: 'requests', waybill: aWaybill }),
      eventMessage({ topic: 'profiles' }),
      eventMessage({ topic: 'stats' }),
      eventMessage({ topic: 'config', problems: [] }),
      eventMessage({ topic: 'notices', notice: { kind: 'key-refused', provider: 'one' as never, message: '' } }),
    ].map((message) => Reflect.get(message, 'method'))
    const requests: string[] = []
    const notifications: string[] = []
    const folder = new URL('../../../../shared/protocol/', import.meta.url)
    for (const file of readdirSync(folder)) {
      for (const value of Object.values(await import(new URL(file, folder).href))) {
        if (isMessageType(value)) (value.kind === 'request' ? requests : notifications).push(value.method)
      }
    }
    assert.deepEqual([...handled.keys()].sort(), requests.sort())
    assert.deepEqual([...encoded, 'waybill/chat/parts'].sort(), notifications.sort())
  })

  for (const kind of failureKinds) {
    it(`answers the failure ${kind} with its own code and data that clients can decode`, () => {
      const failure = { kind, message: 'what was expected' }
      const error = failedResponse({ failure, waybill: aWaybill })
      assert.equal(error.code, failureTable[kind].rpcCode)
      assert.deepEqual(requestErrorDataSchema.parse(error.data), { failure, waybill: aWaybill })
    })
  }

  const wrong: readonly (readonly [string, string, unknown, RegExp])[] = [
    [
      'a number for a string',
      'waybill/chat',
      { requestId: 5 },
      /params.requestId: expected string, found the number 5/,
    ],
    [
      'a missing field',
      'waybill/chat/attach',
      { requestId: 'request-1' },
      /params.after: expected number, found nothing/,
    ],
    ['a negative limit', 'waybill/journal', { limit: -1 }, /params.limit: expected at least 1, found the number -1/],
    [
      'an unknown choice',
      'waybill/stats',
      { range: 'year' },
      /params.range: expected "today" or .* or "all", found a string of 4/,
    ],
    ['a list for an object', 'waybill/profiles', [], /params: expected object, found an array of 0/],
    [
      'a place deep inside',
      'waybill/chat',
      { requestId: 'request-1', messages: [{ role: 'user' }] },
      /params.messages.0.content/,
    ],
    [
      'a value of none of several forms',
      'waybill/chat',
      chatOf({ messages: [{ role: 'user', content: 5 }] }),
      /params.messages.0.content: expected a string or a list, found the number 5$/,
    ],
    [
      'a mistake inside one of several forms',
      'waybill/chat',
      chatOf({ messages: [{ role: 'user', content: [{ type: 'text', text: 5 }] }] }),
      /params.messages.0.content.0.text: expected string, found the number 5$/,
    ],
    [
      'an output limit that no model has',
      'waybill/chat',
      chatOf({ parameters: { maxOutputTokens: 1_000_001 } }),
      /params.parameters.maxOutputTokens: expected at most 1000000, found the number 1000001$/,
    ],
    [
      'a schema of a tool nested too deep',
      'waybill/chat',
      chatOf({ tools: [{ name: 'a', parameters: nested(101) }] }),
      /params.tools.0.parameters: expected at most 100 levels of nesting, found more$/,
    ],
    [
      'a schema of a tool nested without end',
      'waybill/chat',
      chatOf({ tools: [{ name: 'a', parameters: nested(200_000) }] }),
      /expected at most 100 levels/,
    ],
    ['prompt and messages', 'waybill/chat', { requestId: 'request-1' }, /exactly one of `prompt` and `messages`/],
  ]
  for (const [name, method, params, expected] of wrong) {
    it(`refuses ${name}, naming place, expected and found`, async () => {
      const error = await handlers().get(method)?.(params, new AbortController().signal)
      assert.ok(error instanceof ResponseError)
      assert.equal(error.code, -32602)
      assert.match(error.message, expected)
    })
  }

  it('takes a schema of 100 levels and an output limit of a million', () => {
    const tools = [{ name: 'a', parameters: nested(100) }]
    const params = chatOf({ tools, parameters: { maxOutputTokens: 1_000_000 } })
    assert.equal(chat.params.safeParse(params).success, true)
  })

  it('never repeats a value of the params in an error', async () => {
    const params = {
      requestId: 'canary of a prompt',
      messages: [{ role: 'user', content: 'canary' }],
      profile: 'canary!',
    }
    const error = await handlers().get('waybill/chat')?.(params, new AbortController().signal)
    assert.ok(error instanceof ResponseError)
    assert.doesNotMatch(error.message, /canary/)
  })

  it('names an unknown method and goes on', async (t) => {
    const client = await (await startServing(t, createFakeSessions())).connectWithHello()
    const answer = await client.request(1, 'waybill/chatt')
    assert.equal(answer.error?.code, -32601)
    assert.match(answer.error?.message ?? '', /waybill\/chatt/)
    assert.deepEqual((await client.request(2, 'waybill/prompts')).result, { prompts: [] })
  })

  it('answers a bug without details, logs its stack and goes on', async (t) => {
    const serving = await startServing(t, createFakeSessions())
    const client = await serving.connectWithHello()
    const answer = await client.request(1, 'waybill/status')
    assert.equal(answer.error?.code, -32603)
    assert.doesNotMatch(JSON.stringify(answer), /canary-of-a-bug/)
    assert.match(serving.logLines.join('\n'), /bug: .*waybill\/status.*canary-of-a-bug.*fakeSession/)
    assert.deepEqual((await client.request(2, 'waybill/prompts')).result, { prompts: [] })
  })

  it('answers an expected failure with its code and data', async (t) => {
    const client = await (await startServing(t, createFakeSessions())).connectWithHello()
    const answer = await client.request(1, 'waybill/profiles', {})
    assert.equal(answer.error?.code, 1014)
    assert.deepEqual(answer.error?.data, {
      failure: { kind: 'not-found', message: 'expected a workspace, found none' },
    })
  })

  it('sends the events of a session as notifications', async (t) => {
    const sessions = createFakeSessions()
    const client = await (await startServing(t, sessions)).connectWithHello()
    sessions.opened[0]?.options.onEvent({ topic: 'profiles', workspace: '/a' })
    const message = await client.next((candidate) => candidate.method === 'waybill/profiles/changed')
    assert.deepEqual(message.params, { workspace: '/a' })
  })
})

function chatOf(fields: object): object {
  return { requestId: 'request-1', messages: [{ role: 'user', content: 'x' }], ...fields }
}

/** Lists and objects in turn; the outermost counts. */
function nested(levels: number): object {
  let inner: object = {}
  for (let level = levels - 1; level > 0; level -= 1) inner = level % 2 === 0 ? [inner] : { inner }
  return inner
}

function handlers(): ReturnType<typeof waybillMethods> {
  const session = createFakeSessions().openSession({
    client: 'test',
    environment: {},
    topics: [],
    onEvent: () => undefined,
  })
  return waybillMethods(session, { send: () => undefined, untilRoom: () => undefined })
}

function isMessageType(value: unknown): value is { readonly kind: string; readonly method: string } {
  return typeof value === 'object' && value !== null && 'kind' in value && 'method' in value
}
