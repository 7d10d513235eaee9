import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { type DrawnText, nothingDrawn, onStreamPart } from '../../shared/domain/drawnText.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import type { ChatResult } from '../../shared/protocol/chat.ts'
import { status } from '../../shared/protocol/status.ts'
import { type Fault, faultPrompt, faults, startFaultyProvider } from '../support/faultyProvider.ts'
import {
  answerWith,
  configOf,
  frameOfDone,
  frameOfFinish,
  frameOfText,
  frameOfUsage,
  startProvider,
} from '../support/loopbackProvider.ts'
import { ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, type RpcAnswer } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { startDaemon } from '../support/waybillProgram.ts'

const first = { texts: ['Eins, ', 'zwö€i, ', '😀!'], whole: 'Eins, zwö€i, 😀!' }
const second = { texts: ['three, ', 'four'], whole: 'three, four' }
/** Only for stalls: whoever is slower than this counts as silent, the second provider too. */
const hastyMs = 250
const parallel = 40

for (const canRewind of [true, false]) {
  for (const fault of faults) {
    test(`${fault} at every byte, canRewind ${canRewind}, connections lost at random: ${promiseOf(canRewind)}`, async (t) => {
      const { run, positions, finish } = await rig(t)
      const seed = Date.now() % 2 ** 31
      t.diagnostic(`seed ${seed}`)
      const schedules = fc.sample(schedule, { numRuns: positions.length, seed })
      const ends = new Map<string, number>()
      await inParallel(positions, async (position) => {
        const { drawn, answer } = await run({ fault, position, canRewind, schedule: schedules[position] ?? [] })
        const end = check({ position, drawn, answer, canRewind })
        ends.set(end, (ends.get(end) ?? 0) + 1)
        // A stall may silence both; any other fault leaves the second provider whole.
        if (canRewind && fault !== 'stall') assert.notEqual(end, 'failed', `${fault} at byte ${position}`)
      })
      t.diagnostic(JSON.stringify(Object.fromEntries(ends)))
      assert.ok((ends.get('second') ?? 0) > 0)
      await finish()
    })
  }
}

function promiseOf(canRewind: boolean): string {
  return canRewind
    ? 'what is drawn is what one attempt said that came to its end, or nothing'
    : 'what is drawn is of one attempt alone'
}

/** After how many parts a connection is lost, and whether the next one asks for all or for the rest. */
type Loss = { readonly afterParts: number; readonly asksFor: 'all' | 'rest' | 'overlap' }
const schedule = fc.array(
  fc.record({
    afterParts: fc.integer({ min: 1, max: 5 }),
    asksFor: fc.constantFrom<Loss['asksFor']>('all', 'rest', 'overlap'),
  }),
  { maxLength: 3 },
)

type Run = {
  readonly fault: Fault
  readonly position: number
  readonly canRewind: boolean
  readonly schedule: readonly Loss[]
}

async function rig(t: TestContext) {
  const events = [...first.texts.map(frameOfText), frameOfFinish, frameOfUsage, frameOfDone]
  const faulty = await startFaultyProvider(t, events)
  const fine = await startProvider(t, (call) => answerWith(call, second.texts))
  // One more than there are bytes: a fault after the whole answer.
  const positions = Array.from({ length: faulty.answerBytes + 1 }, (_, position) => position)
  // Each position has an endpoint of its own: after three faults of one, its breaker would keep the others from it.
  const faultyOnes = positions.map((position) => [nameAt(position), faulty])
  const work = configOf({ ...Object.fromEntries(faultyOnes), two: fine }) as { readonly profiles: object }
  const timeouts = { firstTokenMs: hastyMs, idleMs: hastyMs }
  const hasty = { models: ['test/two'], timeouts }
  const home = ownHome(t, { ...work, profiles: { ...work.profiles, hasty } })
  const daemon = await startDaemon(home)

  async function run({ fault, position, canRewind, schedule }: Run) {
    let client = await connectClient(daemon.socketPath)
    const profile = fault === 'stall' ? 'hasty' : 'work'
    const models = [`test/${nameAt(position)}`, 'test/two']
    const params = { ...askPrompt(faultPrompt(fault, position)), profile, models, canRewind, onDisconnect: 'hold' }
    let conversation = client.chat(params)
    let drawn: DrawnText = nothingDrawn
    for (const { afterParts, asksFor } of schedule) {
      const isOver = await reached(conversation, afterParts)
      if (isOver) break
      await client.close()
      drawn = asksFor === 'all' ? nothingDrawn : conversation.parts.reduce(onStreamPart, drawn)
      const after = asksFor === 'overlap' ? Math.max(0, drawn.lastPartNumber - 2) : drawn.lastPartNumber
      client = await connectClient(daemon.socketPath)
      conversation = client.attach(conversation.requestId, after)
    }
    const answer = await conversation.answer
    await client.close()
    return { drawn: conversation.parts.reduce(onStreamPart, drawn), answer }
  }
  async function finish() {
    const client = await connectClient(daemon.socketPath)
    const { pid, requestsUnderWay } = await client.ask(status, {})
    assert.deepEqual([pid, requestsUnderWay], [daemon.pid, []])
  }
  return { run, positions, finish }
}

function nameAt(position: number): string {
  return `one-${position}`
}

/** Waits for that many parts; true when the answer came first. */
async function reached(
  conversation: { readonly parts: readonly object[]; readonly answer: Promise<RpcAnswer> },
  parts: number,
): Promise<boolean> {
  let isAnswered = false
  void conversation.answer.then(() => {
    isAnswered = true
  })
  await waitFor('parts or the end', () => isAnswered || conversation.parts.length >= parts)
  return isAnswered
}

function assertTried(waybill: Waybill | undefined, position: number): void {
  assert.equal(waybill?.attempts[0]?.provider, nameAt(position))
}

type Outcome = {
  readonly position: number
  readonly drawn: DrawnText
  readonly answer: RpcAnswer
  readonly canRewind: boolean
}

function check({ position, drawn, answer: { result, error }, canRewind }: Outcome): 'first' | 'second' | 'failed' {
  if (error !== undefined) {
    assert.notEqual(error.data, undefined, error.message)
    const mayBeDrawn = canRewind
      ? drawn.text === ''
      : first.whole.startsWith(drawn.text) || second.whole.startsWith(drawn.text)
    assert.ok(mayBeDrawn, `drawn after a failure: ${drawn.text}`)
    assertTried(error.data?.waybill, position)
    return 'failed'
  }
  const ended = result as ChatResult
  assert.ok(ended.state === 'ended')
  assertTried(ended.waybill, position)
  const provider = ended.waybill.attempts.at(-1)?.provider
  assert.equal(drawn.text, provider === 'two' ? second.whole : first.whole)
  return provider === 'two' ? 'second' : 'first'
}

async function inParallel(positions: readonly number[], work: (position: number) => Promise<void>): Promise<void> {
  const waiting = [...positions]
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (let position = waiting.shift(); position !== undefined; position = waiting.shift()) await work(position)
    }),
  )
}
