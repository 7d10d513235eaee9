import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpoint } from '../../support/endpoints.ts'
import { done, head, text } from '../../support/fakeUpstream.ts'
import { createRig, requestFor, startRequest } from '../../support/gatewayRig.ts'

const claude = (upstreamModel: string) =>
  endpoint(`anthropic/${upstreamModel}@one`, { upstreamModel, dialect: 'anthropic-messages' })
const tools = [{ name: 'look', parameters: {} }]

async function droppedBy(upstreamModel: string, parameters: object, supported?: ReadonlySet<'tools' | 'tool_choice'>) {
  const one = { ...claude(upstreamModel), ...(supported && { supportedParameters: supported }) }
  const rig = createRig([[[head], [text('Hi')], [done]]])
  const request = requestFor([one], { tools })
  const policy = { ...request.policy, parameters: { ...request.policy.parameters, ...parameters } }
  const waybill = await startRequest(rig.ports, { ...request, policy }).ended
  return waybill.attempts[0]?.droppedParameters
}

test('what a model refuses in this very request is named in the waybill: a forced call where none is taken', async () => {
  assert.deepEqual(await droppedBy('claude-opus-5-5', { toolChoice: 'required' }), ['tool_choice'])
  assert.equal(await droppedBy('claude-opus-5-5', { toolChoice: 'auto' }), undefined)
  assert.equal(await droppedBy('claude-opus-4-7', { toolChoice: 'required' }), undefined)
})

test('a budget that gives way to a forced call, and top_p beside temperature, are named too', async () => {
  const forced = { toolChoice: 'required', reasoningEffort: 'high' }
  assert.deepEqual(await droppedBy('claude-haiku-4-5', forced), ['reasoning'])
  assert.equal(await droppedBy('claude-opus-4-7', forced), undefined)
  assert.deepEqual(await droppedBy('claude-sonnet-4-6', { temperature: 1, topP: 0.5 }), ['top_p'])
})

test('what the endpoint does not know is not looked at again, and both are named together', async () => {
  const asked = { toolChoice: 'required', temperature: 1, seed: 7 }
  const known = new Set(['tools', 'tool_choice'] as const)
  assert.deepEqual(await droppedBy('claude-opus-5-5', asked, known), ['seed', 'temperature', 'tool_choice'])
})
