/** The dialects by name. */
import type { Dialect } from '../../../shared/domain/dialect.ts'
import { createAnthropicDecoder, decodeAnthropicAnswer } from './anthropicMessages.ts'
import { encodeAnthropicMessages } from './anthropicRequest.ts'
import { createGeminiDecoder, decodeGeminiAnswer } from './geminiGenerate.ts'
import { encodeGeminiGenerate } from './geminiRequest.ts'
import { createOpenaiChatDecoder, decodeOpenaiAnswer } from './openaiChat.ts'
import { encodeOpenaiChat } from './openaiChatRequest.ts'
import type { Wire } from './wire.ts'
import { failureOfHttpAnswer } from './wireError.ts'

const wires: Readonly<Record<Dialect, Wire>> = {
  'openai-chat': {
    encode: encodeOpenaiChat,
    createDecoder: createOpenaiChatDecoder,
    decodeAnswer: decodeOpenaiAnswer,
    failureOf: failureOfHttpAnswer,
  },
  'anthropic-messages': {
    encode: encodeAnthropicMessages,
    createDecoder: createAnthropicDecoder,
    decodeAnswer: decodeAnthropicAnswer,
    failureOf: failureOfHttpAnswer,
  },
  'gemini-generate': {
    encode: encodeGeminiGenerate,
    createDecoder: createGeminiDecoder,
    decodeAnswer: decodeGeminiAnswer,
    failureOf: failureOfHttpAnswer,
  },
}

export function wireOf(dialect: Dialect): Wire {
  return wires[dialect]
}
