/**
 * Marks of the prompt cache within what the API takes: at most four, and none for an hour behind one for five minutes.
 *
 * Of more the last four stay: each marks the end of a prefix, and the longest prefixes save most. An hour behind five minutes
 * becomes five minutes, so that nothing costs more than was asked for. The order is that of the API: tools, system, messages.
 * Sources (2026-11): Claude platform documentation "Prompt caching" (platform.claude.com/docs); the API's message "a ttl='1h'
 * cache_control block must not come after a ttl='5m' cache_control block" (github.com/headroomlabs-ai/headroom/issues/2939).
 */
import { type Json, listOf, recordOf } from './json.ts'

const maxMarks = 4

type Marked = {
  readonly tools: readonly Json[]
  readonly system: readonly Json[]
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: readonly Json[] }[]
}

export function withinMarkLimits(body: Marked): Marked {
  const all = [...body.tools, ...body.system, ...body.messages.flatMap(({ content }) => content)]
  const fitted = createFitter(all.reduce((sum, block) => sum + markCountOf(block), 0) - maxMarks)
  // In this order, since the fitter counts.
  const tools = body.tools.map(fitted)
  const system = body.system.map(fitted)
  const messages = body.messages.map(({ role, content }) => ({ role, content: content.map(fitted) }))
  return { tools, system, messages }
}

function createFitter(tooMany: number): (block: Json) => Json {
  let passed = 0
  let hasShort = false
  const markOf = (mark: Json): Json => {
    passed += 1
    if (passed <= tooMany) return {}
    const isShort = mark.ttl !== '1h' || hasShort
    hasShort ||= isShort
    return { cache_control: isShort && mark.ttl === '1h' ? { type: 'ephemeral', ttl: '5m' } : mark }
  }
  const fitted = (block: Json): Json => {
    const { cache_control: mark, ...rest } = block
    // What lies within a result comes before the result's own end.
    const within = hasContent(block)
      ? { content: listOf(block.content).map((inner) => fitted(recordOf(inner) ?? {})) }
      : {}
    return { ...rest, ...within, ...(mark !== undefined && markOf(recordOf(mark) ?? {})) }
  }
  return fitted
}

function markCountOf(block: Json): number {
  const own = block.cache_control === undefined ? 0 : 1
  if (!hasContent(block)) return own
  return listOf(block.content).reduce<number>((sum, inner) => sum + markCountOf(recordOf(inner) ?? {}), own)
}

function hasContent(block: Json): boolean {
  return block.type === 'tool_result' && Array.isArray(block.content)
}
