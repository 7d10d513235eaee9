import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStickyRoutes } from '../../../daemon/gateway/stickyRoutes.ts'
import { endpoint, model } from '../../support/endpoints.ts'
import { done, head, text } from '../../support/fakeUpstream.ts'
import { createRig, requestFor, startRequest } from '../../support/gatewayRig.ts'
import { createManualClock } from '../../support/manualClock.ts'

const one = endpoint('a/x@one').id

test('a conversation is known by its key and model for ten idle minutes', async () => {
  const clock = createManualClock()
  const routes = createStickyRoutes(clock)
  routes.onAnswer('k', model('a/x'), one)
  assert.equal(routes.find('k', model('a/x')), one)
  assert.equal(routes.find('k', model('b/y')), undefined)
  assert.equal(routes.find('other', model('a/x')), undefined)
  await clock.advance(599_999)
  assert.equal(routes.find('k', model('a/x')), one)
  routes.onAnswer('k', model('a/x'), one)
  await clock.advance(599_999)
  assert.equal(routes.find('k', model('a/x')), one)
  await clock.advance(1)
  assert.equal(routes.find('k', model('a/x')), undefined)
})

test('the ones used longest ago are forgotten beyond two thousand', () => {
  const routes = createStickyRoutes(createManualClock())
  for (let key = 0; key <= 2_000; key++) routes.onAnswer(String(key), model('a/x'), one)
  assert.equal(routes.find('0', model('a/x')), undefined)
  assert.equal(routes.find('1', model('a/x')), one)
})

const rates = (input: number) => ({
  inputNanodollarsPerMillionTokens: input,
  outputNanodollarsPerMillionTokens: input,
  cachedInputNanodollarsPerMillionTokens: 1,
  source: 'test',
})
const cheap = endpoint('a/x@cheap', { rates: rates(1_000) })
const dear = endpoint('a/x@dear', { rates: rates(9_000_000) })

test('a request follows its conversation to the endpoint that answered it, and a failure changes nothing', async () => {
  const answer = [[head, text('Hi')], [done]]
  const outage = [[{ type: 'failure' as const, failure: { kind: 'rate-limited' as const, message: 'x' } }]]
  const rig = createRig([outage, answer, answer, answer])
  const request = (stickyKey: string) => {
    const made = requestFor([cheap, dear], { stickyKey })
    return { ...made, policy: { ...made.policy, preferences: {}, strategy: 'price-weighted' as const } }
  }
  // The cheap one is told to wait, so the dear one answers and then holds the conversation.
  const first = await startRequest(rig.ports, request('mine')).ended
  assert.deepEqual(
    first.attempts.map((attempt) => attempt.endpoint),
    [cheap.id, dear.id],
  )
  await rig.clock.advance(60_000)
  assert.equal((await startRequest(rig.ports, request('mine')).ended).attempts[0]?.endpoint, dear.id)
  assert.equal((await startRequest(rig.ports, request('other')).ended).attempts[0]?.endpoint, cheap.id)
})
