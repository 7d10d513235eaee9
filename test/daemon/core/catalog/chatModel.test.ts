import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isChatModel } from '../../../../daemon/core/catalog/chatModel.ts'

const others = [
  'all-minilm',
  'all-minilm:22m',
  'nomic-embed-text:latest',
  'mxbai-embed-large',
  'bge-m3',
  'granite-embedding:30m',
  'embeddinggemma',
  'text-embedding-3-large',
  'text-embedding-ada-002',
  'whisper-1',
  'whisper-large-v3-turbo',
  'gpt-4o-mini-transcribe',
  'gpt-4o-mini-tts',
  'tts-1-hd',
  'gpt-realtime',
  'gpt-audio-mini',
  'dall-e-3',
  'gpt-image-1',
  'chatgpt-image-latest',
  'sora-2',
  'omni-moderation-latest',
  'babbage-002',
  'gpt-3.5-turbo-instruct',
  'gpt-3.5-turbo-instruct-0914',
  'models/imagen-4.0-generate-001',
  'veo-3.1-generate-preview',
  'gemini-embedding-001',
  'gemini-2.5-flash-preview-tts',
  'gemini-2.5-flash-native-audio-latest',
  'gemini-3.1-flash-live-preview',
  'meta-llama/llama-guard-4-12b',
  'canopylabs/orpheus-v1-english',
  'black-forest-labs/flux.2-pro',
  'Qwen/Qwen3-Reranker-8B',
  'intfloat/multilingual-e5-large',
  'mistral-ocr-latest',
  'alibaba/wan-2.6',
]
const chats = [
  'gpt-5.4-mini',
  'gpt-3.5-turbo',
  'o4-mini',
  'claude-sonnet-4-6',
  'gemini-2.5-flash',
  'gemma-4-e2b',
  'gemma3n:e4b',
  'qwen2.5-coder:7b',
  'qwen3-vl:8b',
  'llama3.2-vision',
  'llava:13b',
  'phi4',
  'command-r-plus',
  'moonshotai/kimi-k2-thinking',
  'voxtral-small-24b-2507',
  'openai/gpt-oss-120b:free',
  'liquid/lfm-2.5-1.2b-thinking',
  'hf.co/some/Thing-GGUF:Q4_K_M',
  'sonar-deep-research',
  'mai-ds-r1',
]

test('by its name alone a model that embeds, ranks, hears, speaks, paints or judges is none that chats', () => {
  for (const name of others) assert.equal(isChatModel({ name }), false, name)
  for (const name of chats) assert.equal(isChatModel({ name }), true, name)
})

test('what a list says of a model counts beside its name', () => {
  const name = 'mine'
  const rows: readonly (readonly [Omit<Parameters<typeof isChatModel>[0], 'name'>, boolean])[] = [
    [{ outputs: ['text'] }, true],
    [{ outputs: ['image', 'text'] }, true],
    [{ outputs: ['image'] }, false],
    [{ outputs: [] }, false],
    [{ inputs: ['audio'], outputs: ['text'] }, false],
    [{ type: 'chat' }, true],
    [{ type: 'embeddings' }, false],
    [{ capabilities: ['completion', 'tools'] }, true],
    [{ capabilities: ['completion_chat'] }, true],
    [{ capabilities: ['embedding'] }, false],
    [{ family: 'qwen2' }, true],
    [{ family: 'nomic-bert' }, false],
  ]
  for (const [signs, chats] of rows) assert.equal(isChatModel({ name, ...signs }), chats, JSON.stringify(signs))
  assert.equal(isChatModel({ name: 'text-embedding-3-large', outputs: ['text'] }), false)
})
