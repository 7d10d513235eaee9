// Failover over real sockets by a clock that the test moves: held beginnings, time limits, and the one probe of a half-open endpoint.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nothingDrawn, onStreamPart } from '../../../shared/domain/drawnText.ts'
import type { StreamPart } from '../../../shared/domain/streamPart.ts'
import {
  answerWith,
  beginWith,
  endStream,
  frameOfText,
  openStream,
  type ProviderCall,
  startProvider,
} from '../../support/loopbackProvider.ts'
import { createSocketRig } from '../../support/socketRig.ts'
import { waitFor } from '../../support/waitFor.ts'

const drawn = (parts: readonly StreamPart[]) => parts.reduce(onStreamPart, nothingDrawn).text
const patiently = { patienceMs: 20_000 }

test('hold by time: nothing is shown before it is over, then all that has come, then the rest as it comes', async (t) => {
  const slow = await startProvider(t, (call) => beginWith(call, 'slow '))
  const rig = createSocketRig(t, { slow })
  const run = rig.start({ hold: { holdMs: 300 } })
  const call = await waitFor('the call', () => slow.calls[0])
  // Its timer begins with the first text.
  await waitFor('the first text to be held', () => rig.clock.pendingTimers() === 3)
  await rig.clock.advance(299)
  assert.equal(drawn(run.parts), '')
  await rig.clock.advance(1)
  assert.equal(drawn(run.parts), 'slow ')
  call.response.write(frameOfText('but sure'))
  await waitFor('the next text', () => drawn(run.parts) === 'slow but sure')
  endStream(call)
  assert.equal((await run.ended).outcome, 'succeeded')
})

const holds = [
  { name: 'time', hold: { holdMs: 300 }, within: ['half'], afterMs: 300 },
  { name: 'characters', hold: { holdCharacters: 8 }, within: ['half'], after: ['half', ' an a'] },
  { name: 'both, whichever comes first', hold: { holdMs: 300, holdCharacters: 900 }, within: ['half'], afterMs: 300 },
] as const

for (const row of holds) {
  test(`hold by ${row.name}: a failure within it is invisible, one after it is an explicit error and no other answer follows`, async (t) => {
    const say = { texts: row.within as readonly string[] }
    const cut = await startProvider(t, (call) => {
      openStream(call)
      for (const text of say.texts) call.response.write(frameOfText(text))
    })
    const well = await startProvider(t, (call) => answerWith(call, ['whole']))
    const rig = createSocketRig(t, { cut, well })
    const first = rig.start({ hold: row.hold })
    cutOff(await waitFor('the call', () => cut.calls[0]))
    const waybill = await first.ended
    assert.deepEqual([waybill.outcome, waybill.attempts.length, drawn(first.parts)], ['succeeded', 2, 'whole'])
    assert.notEqual(waybill.attempts[0]?.firstTextMs, undefined)
    const texts = first.parts.flatMap((part) => (part.type === 'text-append' ? [part.attempt] : []))
    assert.deepEqual(texts, [2])

    if ('after' in row) say.texts = row.after
    const second = rig.start({ hold: row.hold })
    if ('afterMs' in row) {
      await waitFor('the first text to be held', () => rig.clock.pendingTimers() === 3)
      await rig.clock.advance(row.afterMs)
    }
    await waitFor('the text to be shown', () => drawn(second.parts) !== '')
    cutOff(await waitFor('the second call', () => cut.calls[1]))
    const { outcome, failure, attempts } = await second.ended
    assert.deepEqual([outcome, failure?.kind, attempts[0]?.nextBecause], ['failed', 'truncated', 'text-drawn'])
    assert.equal(drawn(second.parts), say.texts.join(''))
    assert.equal(well.calls.length, 1)
    assert.equal(rig.clock.pendingTimers(), 0)
  })
}

const limits = [
  { name: 'the profile’s', policy: { timeouts: { firstTokenMs: 700 } }, place: { timeouts: { firstTokenMs: 9_000 } } },
  {
    name: 'the endpoint’s',
    policy: {},
    place: { timeouts: { firstTokenMs: 9_000 }, modelTimeouts: { firstTokenMs: 700 } },
  },
  { name: 'the provider’s', policy: {}, place: { timeouts: { firstTokenMs: 700 } } },
] as const

for (const { name, policy, place } of limits) {
  test(`time limits: ${name} own, to the millisecond, then the next endpoint`, async (t) => {
    const silent = await startProvider(t, openStream)
    const well = await startProvider(t, (call) => answerWith(call, ['whole']))
    const rig = createSocketRig(t, { silent: { ...silent, ...place }, well })
    const run = rig.start(policy)
    await waitFor('the call', () => silent.calls[0])
    await rig.clock.advance(699)
    assert.equal(silent.calls[0]?.isClosed(), false)
    await rig.clock.advance(1)
    const { attempts } = await run.ended
    assert.deepEqual(
      attempts.map((attempt) => [attempt.provider, attempt.failure?.phase, attempt.failure && attempt.totalMs]),
      [
        ['silent', 'first-token', 700],
        ['well', undefined, undefined],
      ],
    )
    await silent.calls[0]?.untilClosed()
  })
}

test('a local endpoint may take minutes to load its model before its first token, also where somebody else could answer', async (t) => {
  const local = await startProvider(t, openStream)
  const well = await startProvider(t, (call) => answerWith(call, ['elsewhere']))
  const rig = createSocketRig(t, { local: { ...local, isLocal: true }, well })
  const run = rig.start()
  const call = await waitFor('the call', () => local.calls[0])
  await rig.clock.advance(299_999)
  assert.equal(call.isClosed(), false)
  call.response.write(frameOfText('loaded'))
  endStream(call)
  const { attempts } = await run.ended
  assert.deepEqual([attempts.length, drawn(run.parts)], [1, 'loaded'])
  // Loaded, it is given no more time than any other.
  const next = rig.start()
  await waitFor('the second call', () => local.calls[1])
  await rig.clock.advance(15_000)
  assert.equal((await next.ended).attempts[0]?.failure?.phase, 'first-token')
  assert.equal(drawn(next.parts), 'elsewhere')
  assert.equal(well.calls.length, 1)
})

test('half-open: one request is the probe; while it hangs all others go elsewhere at once, and nobody waits for it', async (t) => {
  let play: (call: ProviderCall) => void = (call) => void call.response.writeHead(500).end()
  const sick = await startProvider(t, (call) => play(call))
  const well = await startProvider(t, (call) => answerWith(call, ['well']))
  const rig = createSocketRig(t, { sick, well })
  for (let number = 0; number < 5; number += 1) await rig.start().ended
  assert.equal(sick.calls.length, 3)
  play = () => undefined
  await rig.clock.advance(10_000)
  const atMs = rig.clock.wallMs()
  const probe = rig.start()
  await waitFor('the probe', () => sick.calls.length === 4)
  const others = await Promise.all(Array.from({ length: 50 }, () => rig.start(patiently).ended))
  assert.deepEqual(
    others.map(({ attempts }) => attempts.map((attempt) => attempt.provider)),
    Array(50).fill(['well']),
  )
  // The clock did not move: none of them waited.
  assert.equal(rig.clock.wallMs(), atMs)
  assert.equal(sick.calls.length, 4)
  sick.calls[3]?.response.destroy()
  assert.deepEqual(
    (await probe.ended).attempts.map((attempt) => attempt.provider),
    ['sick', 'well'],
  )
  // It failed: closed for twice as long.
  await rig.clock.advance(19_999)
  assert.equal((await rig.start().ended).attempts[0]?.provider, 'well')
  play = (call) => answerWith(call, ['back'])
  await rig.clock.advance(1)
  assert.equal((await rig.start().ended).attempts[0]?.provider, 'sick')
  const back = await Promise.all(Array.from({ length: 5 }, () => rig.start().ended))
  assert.ok(back.every(({ attempts }) => attempts[0]?.provider === 'sick'))
})

test('half-open, nobody else: who comes while the probe hangs waits for its end, looks again, and is answered', async (t) => {
  let play: (call: ProviderCall) => void = (call) => void call.response.writeHead(500).end()
  const sick = await startProvider(t, (call) => play(call))
  const rig = createSocketRig(t, { sick })
  while (sick.calls.length < 3) {
    const run = rig.start()
    await waitFor('a failure', () => run.parts.some((part) => part.type === 'attempt-fail'))
    await rig.clock.advance(300)
    await run.ended
  }
  play = () => undefined
  await rig.clock.advance(10_000)
  const called = sick.calls.length
  const probe = rig.start()
  await waitFor('the probe', () => sick.calls.length === called + 1)
  const other = rig.start(patiently)
  await rig.clock.advance(499)
  assert.equal(sick.calls.length, called + 1)
  assert.ok(other.parts.some((part) => part.type === 'wait-start'))
  play = (call) => answerWith(call, ['back'])
  answerWith(sick.calls[called] as ProviderCall, ['probed'])
  assert.equal((await probe.ended).outcome, 'succeeded')
  await rig.clock.advance(1)
  assert.equal((await other.ended).outcome, 'succeeded')
  assert.equal(drawn(other.parts), 'back')
})

/** Once all that was said has left. */
function cutOff({ response }: ProviderCall): void {
  response.write('\n', () => response.destroy())
}
