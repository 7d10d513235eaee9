/**
 * The most one attempt can use, known before it is sent. A token is at least one byte of UTF-8, so the bytes of all text
 * bound the input; the output is bounded by the limit that is always sent.
 */
import type { AttemptBound } from '../../../shared/domain/budget.ts'
import type { ChatMessage, ChatRequest } from '../../../shared/domain/chatRequest.ts'
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import { priceUsage } from './price.ts'
import { utf8Bytes } from './utf8Bytes.ts'

/** Role markers and separators that providers add around each message. */
const tokensPerMessage = 16
/** Instructions that providers add when tools are given, beside the tools' own text. */
const tokensForTools = 1_000
/** The most that a provider counts for one image at its highest detail. */
const tokensPerImage = 6_000

export function boundOf(request: ChatRequest, endpoint: Endpoint, maxOutputTokens: number): AttemptBound {
  const inputTokens = inputBoundTokens(request)
  return { inputTokens, outputTokens: maxOutputTokens, money: moneyBound(inputTokens, maxOutputTokens, endpoint) }
}

/** A provider that writes all input to its cache or spends all output on reasoning may charge those dearer rates. */
function moneyBound(inputTokens: number, outputTokens: number, endpoint: Endpoint): AttemptBound['money'] {
  const { rates } = endpoint
  if (rates === undefined) return { kind: 'unknown' }
  const writesDearer = (rates.cacheWriteNanodollarsPerMillionTokens ?? 0) > rates.inputNanodollarsPerMillionTokens
  const reasonsDearer = (rates.reasoningNanodollarsPerMillionTokens ?? 0) > rates.outputNanodollarsPerMillionTokens
  const usage = {
    inputTokens,
    outputTokens,
    ...(writesDearer && { cacheWriteTokens: inputTokens }),
    ...(reasonsDearer && { reasoningTokens: outputTokens }),
  }
  return priceUsage(usage, endpoint)
}

export function inputBoundTokens(request: Pick<ChatRequest, 'messages' | 'tools'>): number {
  let tokens = request.tools === undefined ? 0 : tokensForTools + utf8Bytes(JSON.stringify(request.tools))
  for (const message of request.messages) tokens += tokensPerMessage + messageTokens(message)
  return tokens
}

function messageTokens(message: ChatMessage): number {
  let tokens = 0
  for (const call of message.toolCalls ?? []) tokens += utf8Bytes(call.name) + utf8Bytes(call.argumentsText)
  if (typeof message.content === 'string') return tokens + utf8Bytes(message.content)
  for (const part of message.content) tokens += part.type === 'text' ? utf8Bytes(part.text) : tokensPerImage
  return tokens
}
