import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stickyKeyOf } from '../../../../daemon/core/routing/stickyKey.ts'
import type { ChatMessage } from '../../../../shared/domain/chatRequest.ts'

const first: readonly ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Why?' },
]

test('the session goes before the prompt cache key, and that before the beginning of the conversation', () => {
  const all = { sessionId: 's', promptCacheKey: 'k', messages: first }
  assert.equal(stickyKeyOf(all), 'session s')
  assert.equal(stickyKeyOf({ promptCacheKey: 'k', messages: first }), 'cache k')
  assert.match(stickyKeyOf({ messages: first }), /^start [0-9a-f]{16}$/)
})

test('a conversation that goes on keeps its key, another beginning has another', () => {
  const key = stickyKeyOf({ messages: first })
  const longer: readonly ChatMessage[] = [...first, { role: 'assistant', content: 'Because.' }]
  assert.equal(stickyKeyOf({ messages: longer }), key)
  const others = Array.from({ length: 5_000 }, (_, index) =>
    stickyKeyOf({ messages: [{ role: 'user', content: `Why ${index}?` }] }),
  )
  assert.equal(new Set([...others, key]).size, 5_001)
})
