/** While prompts wait the status item counts down, and the daemon is asked once why. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRunningRequests, type RunningRequest } from '../../../extension/prompting/runningRequests.ts'
import { watchWaits } from '../../../extension/status/waitWatch.ts'

const request: RunningRequest = {
  requestId: 'request-0001',
  title: 'Refactor',
  phase: 'waiting',
  model: undefined,
  provider: undefined,
  isPractice: false,
  stop: () => {},
}
const cooling: RunningRequest = { ...request, phase: 'cooling' }

function createWorld(answer: () => Promise<readonly never[]>) {
  const running = createRunningRequests()
  const timers: (() => void)[] = []
  const world = { running, timers, asked: 0, drawn: 0, logged: 0 }
  const watch = watchWaits({
    running,
    askProviders: () => {
      world.asked += 1
      return answer()
    },
    draw: () => {
      world.drawn += 1
    },
    log: () => {
      world.logged += 1
    },
    startTimer: (callback) => {
      timers.push(callback)
      return { dispose: () => timers.splice(timers.indexOf(callback), 1) }
    },
  })
  return { ...world, world, watch }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a wait is drawn each second and asked about once; after it nothing runs', async () => {
  const provider = { id: 'one' } as never
  const { world, running, timers, watch } = createWorld(async () => [provider])
  running.put(request)
  assert.deepEqual([world.asked, timers.length], [0, 0])
  running.put(cooling)
  running.put({ ...cooling, requestId: 'request-0002' })
  await settled()
  assert.deepEqual([world.asked, timers.length, watch.providers()], [1, 1, [provider]])
  const before = world.drawn
  timers.shift()?.()
  assert.deepEqual([world.drawn, timers.length], [before + 1, 1])
  running.remove('request-0001')
  running.put({ ...request, requestId: 'request-0002' })
  assert.deepEqual([timers.length, watch.providers()], [0, []])
  running.put(cooling)
  await settled()
  assert.equal(world.asked, 2)
})

test('an answer that comes after the wait is left, and one that fails is logged', async () => {
  let answer = (_providers: readonly never[]) => {}
  const late = createWorld(() => new Promise((resolve) => (answer = resolve)))
  late.running.put(cooling)
  late.running.remove(cooling.requestId)
  answer([{ id: 'one' } as never])
  await settled()
  assert.deepEqual(late.watch.providers(), [])
  const failing = createWorld(() => Promise.reject(new Error('gone')))
  failing.running.put(cooling)
  await settled()
  assert.deepEqual([failing.world.logged, failing.watch.providers()], [1, []])
})

test('disposed, it counts no more', () => {
  const { running, timers, watch } = createWorld(async () => [])
  running.put(cooling)
  watch.dispose()
  running.put({ ...cooling, requestId: 'request-0002' })
  assert.equal(timers.length, 0)
})
