import assert from 'node:assert/strict'
import { test } from 'node:test'
import { providerRows, rowKinds, upstreamModelOf } from '../../../daemon/providers/specs.ts'
import { providerKinds } from '../../../shared/protocol/providers.ts'
import { model } from '../../support/endpoints.ts'

test('every kind that a client can add has a row, and every row names its kind', () => {
  for (const kind of providerKinds) assert.equal(providerRows[kind].kind, kind)
  assert.deepEqual(Object.keys(providerRows), [...rowKinds])
})

test('OpenRouter is asked for the whole model id, everyone else for the slug', () => {
  for (const kind of rowKinds) {
    const expected = kind === 'openrouter' ? 'meta/llama/3' : 'llama/3'
    assert.equal(upstreamModelOf(providerRows[kind], model('meta/llama/3')), expected, kind)
  }
})

test('base URLs are complete, and only local ones go without TLS', () => {
  for (const { kind, baseUrl, isLocal, chatPath, modelsPath } of Object.values(providerRows)) {
    assert.match(chatPath + modelsPath, /^\/[a-z/]+\/[a-z]+$/)
    if (baseUrl === undefined) assert.equal(kind, 'custom')
    else assert.match(baseUrl, isLocal ? /^http:\/\/[^/]+\/v1$/ : /^https:\/\/.+[^/]$/)
  }
})
