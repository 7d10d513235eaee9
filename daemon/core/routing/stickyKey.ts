/**
 * What keeps the requests of one conversation together, so that they find their prompt in the provider's cache: the
 * session's id, else the prompt cache key, else a hash of the first system and the first other message (OpenRouter,
 * "Prompt caching", 2026-08).
 */
import type { ChatMessage } from '../../../shared/domain/chatRequest.ts'

export type StickyRequest = {
  readonly sessionId?: string | undefined
  readonly promptCacheKey?: string | undefined
  readonly messages: readonly ChatMessage[]
}

export function stickyKeyOf({ sessionId, promptCacheKey, messages }: StickyRequest): string {
  if (sessionId !== undefined) return `session ${sessionId}`
  if (promptCacheKey !== undefined) return `cache ${promptCacheKey}`
  const system = messages.find(({ role }) => role === 'system')
  const other = messages.find(({ role }) => role !== 'system')
  return `start ${hashOf(JSON.stringify([system?.content, other?.content]))}`
}

/** Two rounds of FNV-1a (32 bits) with different starts: 64 bits tell the conversations of one machine apart. */
function hashOf(text: string): string {
  return [0x811c9dc5, 0x1b873593].map((start) => fnv1a(text, start).toString(16).padStart(8, '0')).join('')
}

function fnv1a(text: string, start: number): number {
  let hash = start
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
