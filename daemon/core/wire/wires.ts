/** The dialects by name. */
import type { Dialect } from '../../../shared/domain/dialect.ts'
import { failureOfAnthropicAnswer } from './anthropicError.ts'
import { createAnthropicDecoder, decodeAnthropicAnswer } from './anthropicMessages.ts'
import { planAnthropic } from './anthropicPlan.ts'
import { encodeAnthropicMessages } from './anthropicRequest.ts'
import { geminiWire } from './geminiGenerate.ts'
import { createOpenaiChatDecoder, decodeOpenaiAnswer } from './openaiChat.ts'
import { encodeOpenaiChat } from './openaiChatRequest.ts'
import { failureOfHttpAnswer } from './openaiError.ts'
import type { Wire } from './wire.ts'

const wires: Readonly<Record<Dialect, Wire>> = {
  'openai-chat': {
    encode: encodeOpenaiChat,
    createDecoder: createOpenaiChatDecoder,
    decodeAnswer: decodeOpenaiAnswer,
    failureOf: failureOfHttpAnswer,
  },
  'anthropic-messages': {
    encode: encodeAnthropicMessages,
    refusedOf: (request, model) => planAnthropic(request, model).refused,
    createDecoder: createAnthropicDecoder,
    decodeAnswer: decodeAnthropicAnswer,
    failureOf: failureOfAnthropicAnswer,
  },
  'gemini-generate': geminiWire,
}

export function wireOf(dialect: Dialect): Wire {
  return wires[dialect]
}
