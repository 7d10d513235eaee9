/** The old daemon's side of a take-over, over a manual clock: what it still does, when it ends, and what it tells whom. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHandOver, type TakeOverAnswer } from '../../../daemon/gateway/handOver.ts'
import type { Build } from '../../../shared/domain/build.ts'
import { createManualClock, settle } from '../../support/manualClock.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const minuteMs = 60_000
const own = { version: '0.1.0', builtAtMs: 1_000 }
const newer = { version: '0.1.0', builtAtMs: 2_000 }
const newest = { version: '0.2.0', builtAtMs: 0 }

test('with nothing to do it ends at once, and the new daemon may begin', async () => {
  const world = createWorld()
  world.ask(newer)
  await settle()
  assert.deepEqual(world.answers, [{ state: 'handed-over' }])
  assert.deepEqual([world.ends, world.handOver.isDraining(), world.announced], [1, true, []])
  assert.equal(world.clock.pendingTimers(), 0)
})

test('it serves new requests as before until the first moment without any', async () => {
  const world = createWorld()
  world.hold(1)
  world.ask(newer)
  for (let minute = 0; minute < 9; minute += 1) {
    world.hold(2)
    await world.clock.advance(minuteMs)
    world.hold(1)
    assert.deepEqual([world.ends, world.handOver.isDraining()], [0, false])
  }
  assert.deepEqual(world.announced, [newer])
  const { handOver } = world.handOver.status()
  assert.deepEqual(handOver, {
    phase: 'waiting',
    to: newer,
    sinceAtMs: world.startAtMs,
    untilAtMs: world.startAtMs + 10 * minuteMs,
  })
  world.hold(0)
  await settle()
  assert.deepEqual([world.ends, world.answers], [1, [{ state: 'handed-over' }]])
  assert.equal(world.clock.pendingTimers(), 0)
})

test('after 10 minutes it takes no new requests, and ends with the last of those that it has', async () => {
  const world = createWorld()
  world.hold(2)
  world.ask(newer)
  await world.clock.advance(10 * minuteMs - 1)
  assert.equal(world.handOver.isDraining(), false)
  await world.clock.advance(1)
  assert.equal(world.handOver.isDraining(), true)
  assert.equal(world.handOver.status().handOver?.phase, 'draining')
  world.hold(1)
  assert.equal(world.ends, 0)
  world.hold(0)
  assert.equal(world.ends, 1)
})

test('2 minutes after that it ends, whatever is left', async () => {
  const world = createWorld()
  world.hold(1)
  world.ask(newer)
  await world.clock.advance(12 * minuteMs - 1)
  assert.deepEqual([world.ends, world.answers], [0, []])
  await world.clock.advance(1)
  assert.deepEqual([world.ends, world.answers], [1, [{ state: 'handed-over' }]])
  world.hold(0)
  await world.clock.advance(60 * minuteMs)
  assert.deepEqual([world.ends, world.clock.pendingTimers()], [1, 0])
})

test('a clock that is set forward or back by a year changes nothing of these times', async () => {
  const world = createWorld()
  world.hold(1)
  world.ask(newer)
  world.clock.jump(365 * 24 * 60 * minuteMs)
  await world.clock.advance(9 * minuteMs)
  world.clock.jump(-2 * 365 * 24 * 60 * minuteMs)
  assert.equal(world.handOver.isDraining(), false)
  await world.clock.advance(minuteMs)
  assert.equal(world.handOver.isDraining(), true)
})

test('an equal, an older and an unreadable build are refused with the reason', async () => {
  const world = createWorld()
  for (const build of [
    own,
    { version: '0.1.0', builtAtMs: 999 },
    { version: '0.0.9', builtAtMs: 9_999 },
    { version: 'x', builtAtMs: 9e9 },
  ]) {
    assert.match(
      reasonOf(await world.handOver.ask(build, {})),
      /this daemon is of build 0\.1\.0, built .* which is not older/,
    )
  }
  assert.deepEqual([world.ends, world.handOver.status()], [0, {}])
})

test('a new daemon that goes away while it waits is forgotten: everything is served as before, and the next may ask', async () => {
  for (const afterMs of [0, 11 * minuteMs]) {
    const world = createWorld()
    world.hold(1)
    const successor = world.ask(newer)
    await world.clock.advance(afterMs)
    world.handOver.leave({})
    assert.notDeepEqual(world.handOver.status(), {})
    world.handOver.leave(successor)
    assert.deepEqual([world.handOver.status(), world.handOver.isDraining()], [{}, false])
    assert.deepEqual(world.announced, [newer, undefined])
    world.hold(0)
    await world.clock.advance(60 * minuteMs)
    assert.deepEqual([world.ends, world.answers], [0, []])
    world.ask(newer)
    assert.equal(world.ends, 1)
  }
})

test('one that goes away once this one ends changes nothing more', async () => {
  const world = createWorld()
  const successor = world.ask(newer)
  world.handOver.leave(successor)
  assert.deepEqual([world.ends, world.handOver.isDraining(), world.announced], [1, true, []])
})

test('while one waits, only a newer one replaces it, within the time that the first was given', async () => {
  const world = createWorld()
  world.hold(1)
  world.ask(newer)
  await world.clock.advance(9 * minuteMs)
  assert.match(reasonOf(await world.handOver.ask(newer, {})), /hands over to build 0\.1\.0, built .* already/)
  world.ask(newest)
  await settle()
  assert.match(reasonOf(world.answers[0]), /a newer build than yours asked as well/)
  assert.deepEqual(world.announced, [newer, newest])
  await world.clock.advance(minuteMs)
  assert.equal(world.handOver.isDraining(), true)
  world.hold(0)
  await settle()
  assert.deepEqual(world.answers[1], { state: 'handed-over' })
})

test('a daemon that is stopped meanwhile tells the new one not to start', async () => {
  const world = createWorld()
  world.hold(1)
  const successor = world.ask(newer)
  world.handOver.stop()
  await settle()
  assert.match(reasonOf(world.answers[0]), /was stopped/)
  world.handOver.leave(successor)
  world.hold(0)
  assert.deepEqual([world.ends, world.announced, world.clock.pendingTimers()], [0, [newer], 0])
})

function createWorld() {
  const clock = createManualClock()
  const answers: TakeOverAnswer[] = []
  const announced: (Build | undefined)[] = []
  let held = 0
  let ends = 0
  const handOver = createHandOver({
    build: own,
    limits: { waitMs: 10 * minuteMs, drainMs: 2 * minuteMs },
    clock,
    log: createRecordingLog(),
    countHeld: () => held,
    announce: (to) => announced.push(to),
    end: () => (ends += 1),
  })
  return {
    handOver,
    clock,
    startAtMs: clock.wallMs(),
    answers,
    announced,
    get ends() {
      return ends
    },
    hold: (count: number) => {
      held = count
      handOver.onChange()
    },
    /** Answers the successor; what it is told comes into `answers`. */
    ask: (build: Build): object => {
      const successor = {}
      void handOver.ask(build, successor).then((answer) => answers.push(answer))
      return successor
    },
  }
}

function reasonOf(answer: TakeOverAnswer | undefined): string {
  return answer?.state === 'refused' ? answer.reason : `not refused: ${answer?.state}`
}
