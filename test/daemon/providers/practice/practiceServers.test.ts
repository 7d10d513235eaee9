/** The practice providers over their real sockets, asked through the real provider client. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { UpstreamEvent } from '../../../../daemon/gateway/ports.ts'
import { createHttpProvider } from '../../../../daemon/providers/httpProvider.ts'
import { createPracticeServers } from '../../../../daemon/providers/practice/practiceServers.ts'
import { providerRows } from '../../../../daemon/providers/specs.ts'
import type { ChatParameters } from '../../../../shared/domain/chatRequest.ts'
import type { PracticeStep } from '../../../../shared/domain/practice.ts'
import { endpoint, provider } from '../../../support/endpoints.ts'
import { ownFolder } from '../../../support/ownFolder.ts'
import { waitFor } from '../../../support/waitFor.ts'
import { endOf, textOf } from '../../core/wire/wireFixtures.ts'
import { answered, collected, ownHttp } from '../loopback.ts'

const never = new AbortController().signal
const one = provider('one')
const code = 'function a() {\n  return 1\n}\n\nfunction b() {\n}'
const quick: PracticeStep = { play: 'answer', dripMs: 0 }

function rigOf(context: TestContext, script: readonly PracticeStep[]) {
  const folder = ownFolder(context)
  const current = { script }
  const servers = createPracticeServers({
    folder,
    specOf: () => ({ models: ['outline'], script: current.script }),
    wallMs: () => 1_790_000_000_000,
  })
  const http = ownHttp(context)
  context.after(() => servers.dispose())
  const row = providerRows.practice
  const socketPath = () => servers.socketPath(one)
  const upstream = createHttpProvider({
    http,
    providers: () =>
      new Map([[one, { row, baseUrl: row.baseUrl ?? '', keyNames: [], keyOf: () => undefined, socketPath }]]),
    wallMs: () => 0,
  })
  const stream = (signal: AbortSignal, parameters: ChatParameters = {}) =>
    upstream.stream(
      {
        endpoint: endpoint('practice/outline@one', { upstreamModel: 'outline' }),
        request: { messages: [{ role: 'user', content: `Explain.\n\n\`\`\`typescript\n${code}\n\`\`\`` }], parameters },
        connectMs: 5_000,
      },
      signal,
    )
  const ask = async (parameters: ChatParameters = {}) => {
    const events: UpstreamEvent[] = []
    for await (const item of stream(never, parameters)) events.push(...item)
    return events
  }
  return { folder, servers, http, socketPath, stream, ask, current }
}

function saidBy(events: readonly UpstreamEvent[]): { readonly text: string; readonly end: string } {
  const wire = events.flatMap((event) => (event.type === 'head' ? [] : [event]))
  return { text: textOf(wire), end: endOf(wire) }
}

test('an answer streams in several pieces, with usage that counts what passed', async (context) => {
  const events = await rigOf(context, []).ask()
  const { text, end } = saidBy(events)
  assert.equal(end, 'done stop')
  assert.match(text, /^Practice answer \(no model was asked\)/)
  assert.match(text, /function `b`: line 5, 2 lines/)
  assert.ok(events.filter((event) => event.type === 'text').length > 5)
  const usage = events.find((event) => event.type === 'usage')?.usage
  // Explain . ``` typescript ( the code: function a ( ) { return 1 } function b ( ) { } ) ```
  assert.equal(usage?.inputTokens, 2 + 3 + 1 + 14 + 3)
  assert.ok((usage?.outputTokens ?? 0) > 20)
})

test('the output limit is kept and named as the finish reason', async (context) => {
  const events = await rigOf(context, [quick]).ask({ maxOutputTokens: 4 })
  assert.deepEqual(saidBy(events), { text: 'Practice answer (no', end: 'done length' })
  assert.equal(events.find((event) => event.type === 'usage')?.usage.outputTokens, 4)
})

const rows: readonly {
  readonly step: PracticeStep
  readonly end: string
  readonly textEvents: number
  readonly says?: object
}[] = [
  { step: { play: 'answer', delayMs: 1, dripMs: 0 }, end: 'done stop', textEvents: 15 },
  {
    step: { play: 'rate-limit', retryAfterSeconds: 3 },
    end: 'failure rate-limited',
    textEvents: 0,
    says: { httpStatus: 429, retryAfterMs: 3_000, providerCode: 'rate_limit_exceeded' },
  },
  { step: { play: 'rate-limit' }, end: 'failure rate-limited', textEvents: 0, says: { httpStatus: 429 } },
  { step: { play: 'server-error' }, end: 'failure provider-error', textEvents: 0, says: { httpStatus: 500 } },
  {
    step: { play: 'server-error', httpStatus: 503 },
    end: 'failure overloaded',
    textEvents: 0,
    says: { httpStatus: 503 },
  },
  { step: { play: 'cut', afterEvents: 0 }, end: 'failure truncated', textEvents: 0 },
  { step: { play: 'cut', afterEvents: 3 }, end: 'failure truncated', textEvents: 3 },
  { step: { play: 'cut', afterEvents: 9_999 }, end: 'failure truncated', textEvents: 15 },
  { step: { play: 'garble', afterEvents: 2 }, end: 'failure protocol-violation', textEvents: 2 },
  { step: { play: 'garble', afterEvents: 9_999 }, end: 'failure protocol-violation', textEvents: 15 },
  { step: { play: 'error-in-200' }, end: 'failure provider-error', textEvents: 0 },
  { step: { play: 'error-in-200', afterEvents: 2 }, end: 'failure provider-error', textEvents: 2 },
]

for (const row of rows) {
  test(`plays ${JSON.stringify(row.step)}`, async (context) => {
    const rig = rigOf(context, [row.step])
    const events = await rig.ask({ maxOutputTokens: 45 })
    const { end } = saidBy(events)
    assert.equal(end.replace('length', 'stop'), row.end)
    const textEvents = events.filter((event) => event.type === 'text').length
    if (row.textEvents < 15) assert.equal(textEvents, row.textEvents)
    else assert.ok(textEvents >= 10, `${textEvents} events with text`)
    const last = events.at(-1)
    if (last?.type === 'failure') {
      for (const [key, value] of Object.entries(row.says ?? {}))
        assert.equal(Object.entries(last.failure).find(([name]) => name === key)?.[1], value)
    }
  })
}

test('plays {"play":"hang"}: no head comes, and the client can leave', async (context) => {
  const abort = new AbortController()
  const rig = rigOf(context, [{ play: 'hang' }, quick])
  const items = rig.stream(abort.signal)[Symbol.asyncIterator]()
  const waiting = items.next()
  const first = await Promise.race([waiting, rig.ask().then(saidBy)])
  assert.ok('end' in first && first.end === 'done stop', 'the second call was answered while the first hung')
  abort.abort()
  assert.equal((await waiting).done, true)
})

test('the script is played step by step, its last step stays in force, and a changed script counts at once', async (context) => {
  const rig = rigOf(context, [{ play: 'server-error' }, { play: 'rate-limit' }, quick])
  const ends: string[] = []
  for (let call = 0; call < 4; call += 1) ends.push(saidBy(await rig.ask()).end)
  assert.deepEqual(ends, ['failure provider-error', 'failure rate-limited', 'done stop', 'done stop'])
  rig.current.script = [{ play: 'rate-limit' }]
  assert.equal(saidBy(await rig.ask()).end, 'failure rate-limited')
})

test('it speaks the rest of the wire too: models, whole answers, no usage unasked, and real refusals', async (context) => {
  const rig = rigOf(context, [quick])
  const socketPath = await rig.socketPath()
  const send = async (method: 'GET' | 'POST', path: string, body?: object | string) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await answered(
      rig.http.request(
        {
          method,
          url: `http://practice.invalid${path}`,
          socketPath,
          headers: {},
          connectMs: 5_000,
          ...(text !== undefined && { body: text }),
        },
        never,
      ),
    )
    return { httpStatus: answer.httpStatus, text: (await collected(answer.texts)).join('') }
  }
  const ask = { model: 'outline', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello you' }] }] }
  const models = await send('GET', '/v1/models')
  assert.equal(JSON.parse(models.text).data[0].id, 'outline')
  const whole = await send('POST', '/v1/chat/completions', ask)
  assert.match(JSON.parse(whole.text).choices[0].message.content, /2 words/)
  assert.equal(JSON.parse(whole.text).usage.prompt_tokens, 2)
  const stream = await send('POST', '/v1/chat/completions', { ...ask, stream: true })
  assert.ok(!stream.text.includes('usage') && stream.text.endsWith('data: [DONE]\n\n'))
  for (const [path, body, httpStatus] of [
    ['/v1/chat/completions', '{"model":', 400],
    ['/v1/chat/completions', { model: 'outline', messages: [] }, 400],
    ['/v1/other', ask, 404],
  ] as const) {
    const refusal = await send('POST', path, body)
    assert.equal(refusal.httpStatus, httpStatus)
    assert.equal(JSON.parse(refusal.text).error.type, 'invalid_request_error')
  }
})

test('a server starts on first use only, in a socket that only this user can open, and leaves nothing behind', async (context) => {
  const { folder, servers, ask } = rigOf(context, [quick])
  assert.deepEqual(readdirSync(folder), [])
  await Promise.all([ask(), ask(), ask()])
  const [socketName, second] = readdirSync(folder)
  assert.ok(socketName !== undefined && second === undefined)
  assert.ok(socketName.length <= 18)
  assert.equal(statSync(join(folder, socketName)).mode & 0o777, 0o600)
  await servers.dispose()
  assert.deepEqual(readdirSync(folder), [])
})

test('disposing ends answers that are under way', async (context) => {
  const rig = rigOf(context, [{ play: 'hang' }])
  const waiting = rig.ask()
  await waitFor('the socket', () => readdirSync(rig.folder).length === 1)
  await rig.servers.dispose()
  assert.match(saidBy(await waiting).end, /^failure unreachable$/)
})

test('sockets of a daemon that was killed are removed by the next one, and nothing else is', async (context) => {
  const { folder, ask } = rigOf(context, [quick])
  const gone = spawnSync(process.execPath, ['-e', '0']).pid
  for (const name of [`p${gone}-1.sock`, `p${process.ppid}-1.sock`, 'waybill.sock'])
    writeFileSync(join(folder, name), '')
  await ask()
  assert.deepEqual(
    readdirSync(folder).sort(),
    [`p${process.pid}-1.sock`, `p${process.ppid}-1.sock`, 'waybill.sock'].sort(),
  )
})

test('a folder that is not there is a failure of the call, and the next call tries again', async (context) => {
  const folder = join(ownFolder(context), 'none')
  const servers = createPracticeServers({ folder, specOf: () => ({ models: [], script: [] }), wallMs: () => 0 })
  await assert.rejects(servers.socketPath(one), /ENOENT/)
  await assert.rejects(servers.socketPath(one), /ENOENT/)
})
