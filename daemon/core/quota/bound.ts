/**
 * The most one attempt can use and cost, known before it is sent. The input is bounded once, from the body that leaves:
 * a token is at least one byte of its text, so its bytes without base64 bound the tokens of all text in it. To that come 16
 * for each message, 1,000 for tools or a schema, and a maximum of the dialect for each image. The output is bounded by the
 * limit that is always sent; the bound rises with it.
 */
import type { AttemptBound } from '../../../shared/domain/budget.ts'
import type { ChatMessage, ChatRequest } from '../../../shared/domain/chatRequest.ts'
import type { Dialect } from '../../../shared/domain/dialect.ts'
import type { Endpoint } from '../../../shared/domain/endpoint.ts'
import type { Money, RateTier } from '../../../shared/domain/money.ts'
import { priceUsage } from './price.ts'
import { utf8Bytes } from './utf8Bytes.ts'

/** Role markers and separators that providers add around each message. */
export const bytesPerMessage = 16
/**
 * Instructions that providers add when tools or a schema are given, beside their own text: 290 to 800 tokens at Anthropic
 * (Claude platform documentation "Pricing", tool use, 2026-09).
 */
export const bytesForTools = 1_000

/**
 * The most that an image counts at the detail that is asked for, which is the provider's default.
 * - openai-chat: gpt-4o-mini counts 2,833 + 5,667 for each of at most 8 tiles, 48,169; GPT-5.6 and 6 take at most 30,000
 *   patches at up to 1.2 (OpenAI "Images and vision", 2026-09-25). Models of others count less: 16,384 for Qwen-VL,
 *   6,404 at Together (its "Vision", 2026-11).
 * - anthropic-messages: 4,784 since Claude 4.7 (Claude platform documentation "Vision", 2026-10).
 * - gemini-generate: 2,240 for Gemini 3 and 4 at the highest resolution, 256 and about 2,048 for Gemini 2.5 (Gemini API
 *   "Media resolution", 2026-10).
 */
const maxImageTokens: Readonly<Record<Dialect, number>> = {
  'openai-chat': 50_000,
  'anthropic-messages': 5_000,
  'gemini-generate': 3_000,
}

/** Of one body, whatever output limit it carries: a lower limit makes it no longer. */
export type InputBound = { readonly tokens: number; readonly imageCount: number }

/** `bodyText` is the encoded request with its base64 left out. */
export function inputBound(bodyText: string, request: ChatRequest, dialect: Dialect): InputBound {
  const { messages, tools = [], parameters } = request
  const imageCount = imageCountOf(messages)
  const hasInstructions = tools.length > 0 || parameters.responseFormat?.type === 'json-schema'
  const tokens =
    utf8Bytes(bodyText) +
    messages.length * bytesPerMessage +
    (hasInstructions ? bytesForTools : 0) +
    imageCount * maxImageTokens[dialect]
  return { tokens, imageCount }
}

export function boundFor(input: InputBound, endpoint: Endpoint, maxOutputTokens: number): AttemptBound {
  return {
    inputTokens: input.tokens,
    outputTokens: maxOutputTokens,
    money: moneyBound(input, endpoint, maxOutputTokens),
  }
}

/**
 * The dearest of all that may be charged: an input that is smaller than its bound may fall under another tier, all of it
 * may be written to a cache, and all output may be reasoning.
 */
function moneyBound({ tokens, imageCount }: InputBound, endpoint: Endpoint, outputTokens: number): Money {
  const { rates } = endpoint
  if (rates === undefined) return { kind: 'unknown' }
  const rows = [rates, ...(rates.tiers ?? []).filter((tier) => tokens > tier.aboveInputTokens)]
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
  const { nanodollarsPerRequest, nanodollarsPerImage, source } = rates
  const bounding = {
    inputNanodollarsPerMillionTokens: input,
    outputNanodollarsPerMillionTokens: output,
    ...(nanodollarsPerRequest !== undefined && { nanodollarsPerRequest }),
    ...(nanodollarsPerImage !== undefined && { nanodollarsPerImage }),
    source,
  }
  return priceUsage({ inputTokens: tokens, outputTokens }, { ...endpoint, rates: bounding }, imageCount)
}

type TokenRates = Omit<RateTier, 'aboveInputTokens'>

function imageCountOf(messages: readonly ChatMessage[]): number {
  const images = messages.map(({ content }) =>
    typeof content === 'string' ? 0 : content.filter(({ type }) => type === 'image').length,
  )
  return images.reduce((sum, count) => sum + count, 0)
}
