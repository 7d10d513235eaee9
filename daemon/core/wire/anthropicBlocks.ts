/**
 * Content as blocks of the Anthropic API. Text that is empty or blank is left out: the API refuses it.
 * Source: Anthropic API reference "Messages" (2026-11).
 */
import type { CacheControl, ChatMessage, ContentPart, ReasoningBlock } from '../../../shared/domain/chatRequest.ts'
import type { Json } from './json.ts'

export function anthropicBlocksOf(content: ChatMessage['content']): readonly Json[] {
  const parts: readonly ContentPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  return parts.flatMap((part): readonly Json[] => {
    if (part.type === 'text') {
      return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text, ...cacheMarkOf(part.cacheControl) }]
    }
    const source = { type: 'base64', media_type: part.mediaType, data: part.base64 }
    return [{ type: 'image', source, ...cacheMarkOf(part.cacheControl) }]
  })
}

/** Goes back only as it came; thoughts without a signature, or of another dialect, would be refused. */
export function thinkingBlocksOf(reasoning: readonly ReasoningBlock[]): readonly Json[] {
  return reasoning.flatMap(({ text, seal }): readonly Json[] => {
    if (seal?.dialect !== 'anthropic-messages') return []
    if (seal.redacted !== undefined) return [{ type: 'redacted_thinking', data: seal.redacted }]
    return seal.signature === undefined ? [] : [{ type: 'thinking', thinking: text, signature: seal.signature }]
  })
}

export function isThinkingBlock(block: Json | undefined): boolean {
  return block?.type === 'thinking' || block?.type === 'redacted_thinking'
}

export function cacheMarkOf(cacheControl: CacheControl | undefined): Json {
  return cacheControl === undefined ? {} : { cache_control: cacheControl }
}
