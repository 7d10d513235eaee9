/**
 * An answer as the message that goes back with the conversation: the fold of its parts. Pure.
 *
 * Seals are kept as they came, each with its own stretch of reasoning or its own call, so that the provider that gave them knows
 * them again. What a rewind takes back is not in it.
 */
import type { ChatMessage, ReasoningBlock } from './chatRequest.ts'
import type { UnnumberedPart } from './streamPart.ts'

type ToolCall = NonNullable<ChatMessage['toolCalls']>[number]

export function answerMessageOf(parts: readonly UnnumberedPart[]): ChatMessage {
  let text = ''
  let blocks = new Map<number, ReasoningBlock>()
  let calls = new Map<number, ToolCall>()
  for (const part of parts) {
    switch (part.type) {
      case 'text-append':
        text += part.text
        break
      case 'reasoning-append':
        blocks.set(part.block ?? 0, reasoningWith(blocks.get(part.block ?? 0), part))
        break
      case 'tool-call-append':
        calls.set(part.index, callWith(calls.get(part.index), part))
        break
      case 'rewind':
        text = ''
        blocks = new Map()
        calls = new Map()
        break
      default:
    }
  }
  return {
    role: 'assistant',
    content: text,
    ...(blocks.size > 0 && { reasoning: inOrder(blocks) }),
    ...(calls.size > 0 && { toolCalls: inOrder(calls) }),
  }
}

type Of<Type extends UnnumberedPart['type']> = Extract<UnnumberedPart, { type: Type }>

function reasoningWith(before: ReasoningBlock | undefined, part: Of<'reasoning-append'>): ReasoningBlock {
  const seal = part.seal ?? before?.seal
  return { text: (before?.text ?? '') + part.text, ...(seal !== undefined && { seal }) }
}

function callWith(before: ToolCall | undefined, part: Of<'tool-call-append'>): ToolCall {
  const seal = part.seal ?? before?.seal
  return {
    id: part.id ?? before?.id ?? '',
    name: part.name ?? before?.name ?? '',
    argumentsText: (before?.argumentsText ?? '') + part.argumentsText,
    ...(seal !== undefined && { seal }),
  }
}

function inOrder<Item>(items: ReadonlyMap<number, Item>): readonly Item[] {
  return [...items].sort(([one], [other]) => one - other).map(([, item]) => item)
}
