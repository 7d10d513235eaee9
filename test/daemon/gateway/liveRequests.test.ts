import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLiveRequests } from '../../../daemon/gateway/liveRequests.ts'
import { createPartStream } from '../../../daemon/gateway/partStream.ts'
import { runRequest } from '../../../daemon/gateway/requestRun.ts'
import { endpoint } from '../../support/endpoints.ts'
import { done, head, text, type UpstreamStep } from '../../support/fakeUpstream.ts'
import { createRig, requestFor } from '../../support/gatewayRig.ts'
import { settle } from '../../support/manualClock.ts'

const hanging: readonly UpstreamStep[] = [[head], [text('some')], 'hang']
const answering: readonly UpstreamStep[] = [[head], [text('all'), done]]
const requestId = 'request-1' as never

function start(script: readonly UpstreamStep[], onDisconnect: 'cancel' | 'hold') {
  const rig = createRig([script])
  const live = createLiveRequests(rig.clock, () => {})
  const stream = createPartStream(1_000)
  const made = requestFor([endpoint('a/x@one')])
  const request = { ...made, policy: { ...made.policy, timeouts: { idleMs: 600_000 } } }
  const started = live.start({
    requestId,
    stream,
    onDisconnect,
    run: (signal) => runRequest(rig.ports, request, stream, signal),
  })
  return { ...rig, live, started, reading: started.read(0, () => undefined) }
}

test('a client that leaves cancels its request', async () => {
  const { reading, started } = start(hanging, 'cancel')
  await settle()
  reading.leave()
  assert.equal((await started.ended).outcome, 'cancelled')
})

test('a client that asked to hold may come back within two minutes and go on', async () => {
  const { reading, started, clock, live, upstream } = start(hanging, 'hold')
  await settle()
  reading.leave()
  await clock.advance(119_999)
  assert.equal(upstream.closedCount(), 0)
  assert.equal(live.countHeld(), 1)
  const texts: string[] = []
  const again = live.find(requestId)?.read(0, (parts) => {
    for (const part of parts) if (part.type === 'text-append') texts.push(part.text)
    return undefined
  })
  assert.deepEqual(texts, ['some'])
  await clock.advance(10_000)
  assert.equal(upstream.closedCount(), 0)
  again?.cancel()
  assert.equal((await started.ended).outcome, 'cancelled')
})

test('a held request that nobody comes back to is cancelled after two minutes', async () => {
  const { reading, started, clock } = start(hanging, 'hold')
  await settle()
  reading.leave()
  await clock.advance(120_000)
  assert.equal((await started.ended).outcome, 'cancelled')
})

test('an ended request is kept for two minutes; read to its end it holds nothing up', async () => {
  const { reading, clock, live, started } = start(answering, 'hold')
  assert.equal(await reading.end, 'ended')
  await started.ended
  await settle()
  assert.equal(live.countHeld(), 0)
  await clock.advance(119_999)
  assert.ok(live.find(requestId) !== undefined)
  await clock.advance(1)
  assert.equal(live.find(requestId), undefined)
})

test('an answer that ended while its client was away is held until it is read', async () => {
  const { reading, live } = start(answering, 'hold')
  reading.leave()
  await settle()
  assert.equal(live.countHeld(), 1)
  const parts: string[] = []
  const again = live.find(requestId)?.read(0, (fresh) => {
    parts.push(...fresh.map((part) => part.type))
    return undefined
  })
  assert.equal(await again?.end, 'ended')
  assert.deepEqual(parts, ['attempt-start', 'text-append', 'request-end'])
  assert.equal(live.countHeld(), 0)
})

test('who was taken over can no longer cancel', async () => {
  const { reading, live, upstream, clock } = start(hanging, 'hold')
  await settle()
  live.find(requestId)?.read(0, () => undefined)
  assert.equal(await reading.end, 'taken-over')
  reading.cancel()
  reading.leave()
  await clock.advance(1)
  assert.equal(upstream.closedCount(), 0)
})

test('the end of the daemon interrupts what is under way and waits until it is journalled', async () => {
  const { live, started, ledger } = start(hanging, 'hold')
  await settle()
  await live.interruptAll()
  assert.equal((await started.ended).outcome, 'interrupted')
  assert.equal(ledger.state().openReservations.size, 0)
  assert.deepEqual(live.underWay(), [])
})

test('a run that fails by a bug rejects its end and lets its reader go', async () => {
  const { clock } = createRig([])
  const live = createLiveRequests(clock, () => {})
  const stream = createPartStream(1_000)
  const run = () => Promise.reject(new Error('a bug'))
  const started = live.start({ requestId, stream, onDisconnect: 'hold', run })
  assert.equal(await started.read(0, () => undefined).end, 'ended')
  await assert.rejects(started.ended, /a bug/)
  assert.equal(live.countHeld(), 0)
})

test('answers that were read are forgotten before their time when they take too much memory', async () => {
  const { clock } = createRig([])
  const live = createLiveRequests(clock, () => {})
  for (let number = 0; number < 30; number++) {
    const stream = createPartStream(4_000_000)
    const run = async () => {
      stream.append([{ type: 'text-append', attempt: 1, text: 'x'.repeat(1_000_000) }])
      return {} as never
    }
    await live
      .start({ requestId: `request-${number}` as never, stream, onDisconnect: 'hold', run })
      .read(0, () => undefined).end
    await settle()
  }
  assert.equal(live.find('request-0' as never), undefined)
  assert.ok(live.find('request-29' as never) !== undefined)
  assert.ok(clock.pendingTimers() < 20)
})

test('no more than 500 answers that were read are kept, however small', async () => {
  const { clock } = createRig([])
  const live = createLiveRequests(clock, () => {})
  for (let number = 0; number < 600; number++) {
    const run = () => Promise.resolve({} as never)
    const id = `request-${number}` as never
    await live
      .start({ requestId: id, stream: createPartStream(1_000), onDisconnect: 'hold', run })
      .read(0, () => undefined).end
  }
  await settle()
  assert.equal(live.find('request-99' as never), undefined)
  assert.ok(live.find('request-100' as never) !== undefined)
})
