import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectivePolicy, timeoutsFor } from '../../../daemon/gateway/effectivePolicy.ts'

const profile = {
  models: ['a/x' as never],
  provider: { only: ['one' as never], allow_fallbacks: false },
  parameters: { maxOutputTokens: 500, temperature: 0.2 },
  timeouts: { idleMs: 7 },
}

test('the request is stronger than its prompt, that than the profile, that than the default', () => {
  const limitOf = (asked: number | undefined, prompt: number | undefined, own: typeof profile | { models: never[] }) =>
    effectivePolicy(asked === undefined ? {} : { parameters: { maxOutputTokens: asked } }, own, prompt).parameters
      .maxOutputTokens
  assert.equal(limitOf(10, 20, profile), 10)
  assert.equal(limitOf(undefined, 20, profile), 20)
  assert.equal(limitOf(undefined, undefined, profile), 500)
  assert.equal(limitOf(undefined, undefined, { models: [] }), 8_192)
})

test('only a limit that the caller names keeps smaller endpoints out', () => {
  assert.equal(effectivePolicy({}, profile, undefined).requiredOutputTokens, 1)
  assert.equal(effectivePolicy({ parameters: { maxOutputTokens: 10 } }, profile, undefined).requiredOutputTokens, 10)
})

test('provider preferences are taken over field by field', () => {
  const policy = effectivePolicy({ provider: { order: ['two' as never] } }, profile, undefined)
  assert.deepEqual(policy.preferences, { only: ['one'], allow_fallbacks: false, order: ['two'] })
  assert.equal(policy.parameters.temperature, 0.2)
})

test('time limits: the profile, then the provider, then patience for what runs here', () => {
  const policy = effectivePolicy({}, profile, undefined)
  const provider = {
    id: 'one' as never,
    kind: 'custom',
    baseUrl: '',
    isPractice: false,
    keyEnvironmentNames: [],
    timeouts: { idleMs: 9, connectMs: 8 },
  }
  const local = timeoutsFor(policy, { ...provider, isLocal: true })
  assert.deepEqual(local, { connectMs: 8, firstTokenMs: 300_000, idleMs: 7, totalMs: 1_800_000 })
  assert.equal(timeoutsFor(policy, undefined).firstTokenMs, 60_000)
})
