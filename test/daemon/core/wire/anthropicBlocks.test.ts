import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  anthropicBlocksOf,
  cacheMarkOf,
  isThinkingBlock,
  thinkingBlocksOf,
} from '../../../../daemon/core/wire/anthropicBlocks.ts'

test('text and images are blocks with their cache marks, and blank text is none', () => {
  assert.deepEqual(anthropicBlocksOf('Hi'), [{ type: 'text', text: 'Hi' }])
  for (const blank of ['', ' \n\t']) assert.deepEqual(anthropicBlocksOf(blank), [])
  const hour = { type: 'ephemeral', ttl: '1h' } as const
  assert.deepEqual(
    anthropicBlocksOf([
      { type: 'text', text: ' a ', cacheControl: { type: 'ephemeral' } },
      { type: 'text', text: ' ', cacheControl: hour },
      { type: 'image', mediaType: 'image/png', base64: 'AAAA', cacheControl: hour },
    ]),
    [
      { type: 'text', text: ' a ', cache_control: { type: 'ephemeral' } },
      {
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: 'AAAA' },
        cache_control: { type: 'ephemeral', ttl: '1h' },
      },
    ],
  )
  assert.deepEqual(cacheMarkOf(undefined), {})
})

test('12: sealed thoughts go back as they came, in their order; unsealed ones and those of others do not', () => {
  const dialect = 'anthropic-messages' as const
  const blocks = thinkingBlocksOf([
    { text: 'Hm.', seal: { dialect, signature: 'sig==' } },
    { text: '', seal: { dialect, redacted: 'secret==' } },
    { text: '', seal: { dialect, signature: 'empty==' } },
    { text: 'unsealed' },
    { text: 'of Gemini', seal: { dialect: 'gemini-generate', signature: 'x' } },
    { text: 'of OpenRouter', seal: { dialect: 'openai-chat', detail: { signature: 'y' } } },
  ])
  assert.deepEqual(blocks, [
    { type: 'thinking', thinking: 'Hm.', signature: 'sig==' },
    { type: 'redacted_thinking', data: 'secret==' },
    { type: 'thinking', thinking: '', signature: 'empty==' },
  ])
  assert.deepEqual([...blocks, { type: 'text' }, undefined].map(isThinkingBlock), [true, true, true, false, false])
})
