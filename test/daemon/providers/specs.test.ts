import assert from 'node:assert/strict'
import { test } from 'node:test'
import { supportedParametersOf, upstreamModelOf } from '../../../daemon/providers/providerRow.ts'
import { providerRows } from '../../../daemon/providers/specs.ts'
import { kindsWithoutBaseUrl, providerKinds } from '../../../shared/protocol/providers.ts'
import { model } from '../../support/endpoints.ts'

test('every kind that a client can add has a row, and every row names its kind', () => {
  for (const kind of providerKinds) assert.equal(providerRows[kind].kind, kind)
  assert.deepEqual(Object.keys(providerRows), [...providerKinds, 'practice'])
})

test('who sells the models of others is asked for the whole id, everyone else for the slug', () => {
  const whole = ['openrouter', 'together', 'nvidia', 'github-models', 'huggingface', 'deepinfra', 'vllm']
  for (const row of Object.values(providerRows)) {
    const expected = whole.includes(row.kind) ? 'meta/llama/3' : 'llama/3'
    assert.equal(upstreamModelOf(row, model('meta/llama/3')), expected, row.kind)
  }
})

test('base URLs are complete, only local ones go without TLS, and who has none says what one looks like', () => {
  for (const { kind, baseUrl, baseUrlExample, isLocal, keyEnvironmentName } of Object.values(providerRows)) {
    assert.equal(baseUrl === undefined, kindsWithoutBaseUrl.has(kind), kind)
    if (baseUrl !== undefined) assert.match(baseUrl, isLocal ? /^http:\/\/[^/]+\/v1$/ : /^https:\/\/.+[^/]$/)
    else assert.match(baseUrlExample ?? '', /^https?:\/\/.+[^/]$/)
    assert.equal(keyEnvironmentName === undefined, isLocal || kind === 'custom', kind)
  }
})

test('what a row or a model of it refuses is not supported, and nothing refused is all supported', () => {
  assert.equal(supportedParametersOf(providerRows.openrouter, 'any'), undefined)
  const plain = supportedParametersOf(providerRows.openai, 'gpt-4.1')
  assert.equal(plain?.has('temperature'), true)
  assert.equal(plain?.has('top_k'), false)
  for (const name of ['o3', 'gpt-5-mini', 'gpt-5.2', 'gpt-6-sol', 'gpt-10']) {
    assert.equal(supportedParametersOf(providerRows.openai, name)?.has('temperature'), false, name)
  }
  assert.equal(supportedParametersOf(providerRows.openai, 'gpt-5-chat-latest')?.has('temperature'), true)
  assert.equal(supportedParametersOf(providerRows['github-models'], 'openai/o3')?.has('temperature'), false)
})

test('of Grok only 3 mini and what came since 4.3 is told how hard to think', () => {
  const takes = (name: string) => supportedParametersOf(providerRows.xai, name)?.has('reasoning') ?? true
  for (const name of ['grok-3-mini-fast', 'grok-4.3', 'grok-4.7', 'grok-5']) assert.equal(takes(name), true, name)
  for (const name of [
    'grok-3',
    'grok-4',
    'grok-4-1-fast',
    'grok-4.20-0309-reasoning',
    'grok-code-fast-1',
    'grok-build-0.1',
  ])
    assert.equal(takes(name), false, name)
})

test('what a Claude model lacks is told by its version', () => {
  const lackedBy = (name: string) => {
    const supported = supportedParametersOf(providerRows.anthropic, name)
    const names = ['temperature', 'top_p', 'top_k', 'reasoning', 'structured_outputs', 'tool_choice'] as const
    return names.filter((parameter) => supported?.has(parameter) === false)
  }
  assert.deepEqual(lackedBy('claude-3-5-sonnet-20241022'), ['reasoning', 'structured_outputs'])
  assert.deepEqual(lackedBy('claude-opus-4-1-20250805'), ['structured_outputs'])
  assert.deepEqual(lackedBy('claude-sonnet-4-6'), [])
  for (const name of ['claude-opus-4-7', 'claude-sonnet-5', 'claude-fable-5-1', 'claude-opus-latest'])
    assert.deepEqual(lackedBy(name), ['temperature', 'top_p', 'top_k'], name)
})
