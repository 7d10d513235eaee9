// Another editor, written from PROTOCOL.md alone: node:net and JSON, nothing of this project but the program itself.

import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'

const program = join(import.meta.dirname, '../../dist/waybill.cjs')

test('finds the daemon, runs a prompt and draws the streamed answer and its waybill', async (t) => {
  const { editor } = await rig(t)
  const ann = await editor('ann')
  const asked = ann.chat({ ...explain, requestId: 'otherEditor-0001', profile: 'practice-failover' })
  const { state, waybill } = await asked.result
  assert.equal(state, 'ended')
  assert.match(drawnBy(asked.parts).text, /^Practice answer[\s\S]*`twice`: line 3, 3 lines/)
  assert.deepEqual(
    asked.parts.map((part) => part.number),
    asked.parts.map((_, index) => index + 1),
  )
  const steps = asked.parts.map((part) => part.type).filter((type) => type !== 'text-append')
  assert.deepEqual(steps, ['attempt-start', 'attempt-fail', 'attempt-start', 'request-end'])
  assert.equal(waybill.caller.client, 'ann')
  assert.deepEqual(
    waybill.attempts.map((attempt) => [attempt.endpoint, attempt.outcome, attempt.isPractice]),
    [
      ['practice/outline@practice-faulty', 'failed', true],
      ['practice/outline@practice-steady', 'succeeded', true],
    ],
  )
  assert.ok((waybill.attempts[1]?.usage?.outputTokens ?? 0) > 0)
  assert.ok(waybill.cost.practiceNanodollars > 0 && waybill.cost.measuredNanodollars === 0)
})

test('switches the profile of a workspace, and another window sees it at once and asks under it', async (t) => {
  const { editor, folder } = await rig(t)
  const document = join(folder, 'project', 'source', 'twice.ts')
  mkdirSync(join(folder, 'project', '.git'), { recursive: true })
  mkdirSync(join(folder, 'project', 'source'))
  const workspace = join(folder, 'project')
  const [ann, window] = [await editor('ann'), await editor('window', { subscribe: ['profiles', 'requests'] })]
  const before = await window.ask<Profiles>('waybill/profiles', { workspace: { document } })
  assert.deepEqual(before.current, { workspace, profile: 'balanced', source: 'default' })

  const set = await ann.ask<Current>('waybill/profiles/set', { workspace: { folder: workspace }, profile: 'practice' })
  assert.deepEqual(set, { workspace, profile: 'practice', source: 'workspace-choice' })
  assert.deepEqual((await window.heard('waybill/profiles/changed')).params, { workspace })
  assert.deepEqual((await window.ask<Profiles>('waybill/profiles', { workspace: { document } })).current, set)
  const asked = await window.chat({ ...explain, requestId: 'otherEditor-0002', workspace: { document } }).result
  assert.equal(asked.waybill.profileSource, 'workspace-choice')
  assert.equal((await window.heard('waybill/request/ended')).params.waybill.requestId, 'otherEditor-0002')

  await ann.ask('waybill/profiles/set', { workspace: { folder: workspace } })
  assert.equal((await window.ask<Profiles>('waybill/profiles', { workspace: { document } })).current.source, 'default')
  assert.equal((await ann.refused('waybill/profiles/set', { workspace: { folder }, profile: 'none' }))?.code, 1014)
})

test('reads the statistics and the journal', async (t) => {
  const { editor } = await rig(t)
  const ann = await editor('ann')
  for (const requestId of ['otherEditor-0003', 'otherEditor-0004']) {
    await ann.chat({ ...explain, requestId, profile: 'practice-failover' }).result
  }
  const stats = await ann.ask<Stats>('waybill/stats', { range: 'today', groupBy: 'client' })
  const [row] = stats.rows
  assert.ok(row !== undefined)
  assert.deepEqual([row.group, row.isPractice, row.requests, row.fallbacks], ['ann', true, 2, 2])
  assert.equal(row.totalMs?.count, 2)
  assert.equal(stats.total.requests, 0)
  assert.equal(stats.practiceTotal.cost.practiceNanodollars, row.cost.practiceNanodollars)
  const { waybills } = await ann.ask<{ readonly waybills: readonly Waybill[] }>('waybill/journal', { limit: 1 })
  assert.deepEqual(
    waybills.map((one) => one.requestId),
    ['otherEditor-0004'],
  )
})

test('attaches to a running answer, which its first reader is told of, and cancels another', async (t) => {
  const { editor } = await rig(t)
  const [ann, bob] = [await editor('ann'), await editor('bob')]
  const first = ann.chat({ ...explain, requestId: 'otherEditor-0005', profile: 'slow', onDisconnect: 'hold' })
  await first.part('text-append')
  assert.deepEqual(await bob.attach('otherEditor-0005', 0, { takeOver: false }).result, { state: 'in-use' })
  const second = bob.attach('otherEditor-0005', 0)
  assert.deepEqual(await first.result, { state: 'taken-over' })
  assert.equal((await second.result).state, 'ended')
  assert.match(drawnBy(second.parts).text, /^Practice answer[\s\S]*`twice`/)
  assert.equal(second.parts.at(-1)?.type, 'request-end')

  const hanging = bob.chat({ ...explain, requestId: 'otherEditor-0006', profile: 'hanging' })
  await hanging.part('attempt-start')
  hanging.cancel()
  const error = await hanging.error
  assert.equal(error?.code, -32800)
  assert.equal(error?.data.failure.kind, 'cancelled')
  assert.equal(error?.data.waybill.outcome, 'cancelled')
})

test('takes a rewind back and counts on: the text is one whole answer', async (t) => {
  const { editor } = await rig(t)
  const ann = await editor('ann')
  const asked = ann.chat({ ...explain, requestId: 'otherEditor-0007', profile: 'flaky', canRewind: true })
  const { waybill } = await asked.result
  assert.deepEqual(
    waybill.attempts.map((attempt) => [attempt.outcome, attempt.isRewound]),
    [
      ['failed', true],
      ['succeeded', false],
    ],
  )
  assert.equal(drawnBy(asked.parts).text.match(/Practice answer/g)?.length, 1)
})

const config = {
  schema: 1,
  providers: {
    'slow-one': practice('practice/slow', { play: 'answer', dripMs: 40 }),
    'hanging-one': practice('practice/hanging', { play: 'hang' }),
    'cutting-one': practice('practice/cutting', { play: 'cut', afterEvents: 2 }),
  },
  profiles: {
    slow: { models: ['practice/slow'] },
    hanging: { models: ['practice/hanging'] },
    flaky: {
      models: ['practice/cutting', 'practice/outline'],
      provider: { only: ['cutting-one', 'practice-steady'] },
    },
  },
}

const explain = {
  prompt: {
    name: 'explain',
    code: {
      text: 'const two = 2\n\nexport function twice(x) {\n  return two * x\n}\n',
      path: 'twice.ts',
      language: 'typescript',
    },
  },
}

function practice(model: string, step: object): object {
  return { kind: 'practice', models: [{ model }], script: [step] }
}

type Part = { readonly number: number; readonly type: string; readonly text?: string }
type Attempt = {
  readonly endpoint: string
  readonly outcome: string
  readonly isPractice: boolean
  readonly isRewound: boolean
  readonly usage?: { readonly outputTokens: number }
}
type Waybill = {
  readonly requestId: string
  readonly outcome: string
  readonly profileSource: string
  readonly caller: { readonly client: string }
  readonly attempts: readonly Attempt[]
  readonly cost: Cost
}
type Cost = { readonly practiceNanodollars: number; readonly measuredNanodollars: number }
type Ended = { readonly state: string; readonly waybill: Waybill }
type StatsRow = {
  readonly group: string
  readonly isPractice: boolean
  readonly requests: number
  readonly fallbacks: number
  readonly cost: Cost
  readonly totalMs?: { readonly count: number }
}
type Stats = { readonly rows: readonly StatsRow[]; readonly total: StatsRow; readonly practiceTotal: StatsRow }
type Profiles = { readonly current: Current }
type Current = { readonly workspace?: string; readonly profile: string; readonly source: string }
type Failed = {
  readonly code: number
  readonly data: { readonly failure: { readonly kind: string }; readonly waybill: Waybill }
}
type Notification = {
  readonly method: string
  readonly params: { readonly requestId: string; readonly parts: readonly Part[]; readonly waybill: Waybill }
}
type Answer = { readonly result?: unknown; readonly error?: Failed }
type Chat = { readonly requestId: string; readonly [param: string]: unknown }

/** Section 1 of PROTOCOL.md: the file first, else `waybill start --json`. */
async function rig(t: TestContext) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wb-')))
  const env = { PATH: process.env.PATH, WAYBILL_HOME: folder, HOME: folder }
  const stop = () => execFileSync(process.execPath, [program, 'stop'], { env })
  process.once('exit', stop)
  t.after(() => {
    stop()
    process.off('exit', stop)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  })
  mkdirSync(join(folder, 'config'))
  writeFileSync(join(folder, 'config', 'config.json'), JSON.stringify(config))
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'start', '--json'], { env })
  const discovery = JSON.parse(readFileSync(join(folder, 'state', 'daemon.json'), 'utf8'))
  assert.deepEqual(JSON.parse(stdout), discovery)
  return { folder, editor: (name: string, more = {}) => openEditor(discovery, name, more) }
}

async function openEditor(
  discovery: { readonly socketPath: string; readonly token: string },
  name: string,
  more: object,
) {
  const socket = connect(discovery.socketPath)
  const answers = new Map<number, (answer: Answer) => void>()
  const notifications: Notification[] = []
  const listeners = new Set<() => void>()
  let buffered = Buffer.alloc(0)
  let lastId = 0
  socket.on('data', (bytes) => {
    buffered = Buffer.concat([buffered, bytes])
    for (;;) {
      const end = buffered.indexOf('\r\n\r\n')
      const length = Number(/content-length: *(\d+)/i.exec(buffered.toString('latin1', 0, Math.max(0, end)))?.[1])
      if (end < 0 || buffered.length < end + 4 + length) break
      const message = JSON.parse(buffered.toString('utf8', end + 4, end + 4 + length))
      buffered = buffered.subarray(end + 4 + length)
      if ('method' in message) notifications.push(message)
      else answers.get(message.id)?.(message)
    }
    for (const look of listeners) look()
  })
  const write = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  const send = (method: string, params: object) => {
    lastId += 1
    const id = lastId
    const answer = new Promise<Answer>((resolve) => answers.set(id, resolve))
    write({ id, method, params })
    return { id, answer }
  }
  const ask = async <Result>(method: string, params: object): Promise<Result> => {
    const { result, error } = await send(method, params).answer
    assert.equal(error, undefined, JSON.stringify(error))
    return result as Result
  }
  const until = <Found>(find: () => Found | undefined) =>
    new Promise<Found>((resolve) => {
      const look = () => {
        const found = find()
        if (found !== undefined) resolve(found)
      }
      listeners.add(look)
      look()
    })
  const follow = (method: string, params: Chat) => {
    const from = notifications.length
    const { id, answer } = send(method, params)
    const parts = () =>
      notifications
        .slice(from)
        .filter((one) => one.method === 'waybill/chat/parts' && one.params.requestId === params.requestId)
        .flatMap((one) => one.params.parts)
    return {
      get parts() {
        return parts()
      },
      part: (type: string) => until(() => parts().find((part) => part.type === type)),
      result: answer.then(({ result }) => result as Ended),
      error: answer.then(({ error }) => error),
      cancel: () => write({ method: '$/cancelRequest', params: { id } }),
    }
  }
  const { token } = discovery
  await ask('waybill/hello', { protocolVersions: { min: 1, max: 1 }, client: { name }, token, ...more })
  return {
    ask,
    refused: async (method: string, params: object) => (await send(method, params).answer).error,
    heard: (method: string) => until(() => notifications.find((one) => one.method === method)),
    chat: (params: Chat) => follow('waybill/chat', params),
    attach: (requestId: string, after: number, more = {}) =>
      follow('waybill/chat/attach', { requestId, after, ...more }),
  }
}

/** The whole rule of section 5. */
function drawnBy(parts: readonly Part[]): { readonly text: string; readonly last: number } {
  let [text, last] = ['', 0]
  for (const part of parts) {
    if (part.number <= last) continue
    last = part.number
    if (part.type === 'text-append') text += part.text ?? ''
    if (part.type === 'rewind') text = ''
  }
  return { text, last }
}
