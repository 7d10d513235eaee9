/**
 * The most one attempt can use, known before it is sent. A token is at least one byte of UTF-8, so the bytes of all text
 * bound the input; the output is bounded by the limit that is always sent.
 */
import type { AttemptBound } from '../../../shared/domain/budget.ts'
import type { ChatMessage, ChatRequest } from '../../../shared/domain/chatRequest.ts'
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import type { Money, RateTier } from '../../../shared/domain/money.ts'
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
  return {
    inputTokens,
    outputTokens: maxOutputTokens,
    money: moneyBound(inputTokens, maxOutputTokens, endpoint, imageCountOf(request.messages)),
  }
}

/**
 * The dearest of all that may be charged: an input that is smaller than its bound may fall under another tier, all of it
 * may be written to a cache, and all output may be reasoning.
 */
function moneyBound(inputTokens: number, outputTokens: number, endpoint: Endpoint, imageCount: number): Money {
  const { rates } = endpoint
  if (rates === undefined) return { kind: 'unknown' }
  const rows = [rates, ...(rates.tiers ?? []).filter((tier) => inputTokens > tier.aboveInputTokens)]
  const dearest = (rate: (row: TokenRates) => number) => Math.max(...rows.map(rate))
  const input = dearest((row) =>
    Math.max(
      row.inputNanodollarsPerMillionTokens,
      row.cachedInputNanodollarsPerMillionTokens ?? 0,
      row.cacheWriteNanodollarsPerMillionTokens ?? 0,
      row.cacheWrite1hNanodollarsPerMillionTokens ?? 0,
    ),
  )
  const output = dearest((row) =>
    Math.max(row.outputNanodollarsPerMillionTokens, row.reasoningNanodollarsPerMillionTokens ?? 0),
  )
  const { tiers: _tiers, ...row } = rates
  const bounding = { ...row, inputNanodollarsPerMillionTokens: input, outputNanodollarsPerMillionTokens: output }
  return priceUsage({ inputTokens, outputTokens }, { ...endpoint, rates: bounding }, imageCount)
}

type TokenRates = Omit<RateTier, 'aboveInputTokens'>

export function imageCountOf(messages: readonly ChatMessage[]): number {
  const images = messages.map(({ content }) =>
    typeof content === 'string' ? 0 : content.filter(({ type }) => type === 'image').length,
  )
  return images.reduce((sum, count) => sum + count, 0)
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
