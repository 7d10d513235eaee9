/**
 * What a client asks of a model, in the project's own words, whatever wire it came over and goes out on.
 */
import * as z from 'zod'
import { dialects } from './dialect.ts'

/** Marks the end of a prefix that the provider may keep in its prompt cache; Anthropic's words (2026-10). */
const cacheControlSchema = z
  .object({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).exactOptional() })
  .readonly()
export type CacheControl = z.infer<typeof cacheControlSchema>

/** Content that is not text carries its bytes as base64. */
const contentPartSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), cacheControl: cacheControlSchema.exactOptional() }).readonly(),
  z
    .object({
      type: z.literal('image'),
      mediaType: z.string(),
      base64: z.string(),
      cacheControl: cacheControlSchema.exactOptional(),
    })
    .readonly(),
])
export type ContentPart = z.infer<typeof contentPartSchema>

/**
 * What a provider wants back unchanged when the conversation goes on. Opaque to everybody else, and sent only in the
 * dialect in which it came.
 */
export const providerSealSchema = z
  .object({
    dialect: z.enum(dialects),
    /** Anthropic's signature of a thinking block, Gemini's thought signature. */
    signature: z.string().exactOptional(),
    /** Anthropic's encrypted thinking. */
    redacted: z.string().exactOptional(),
    /** An item of OpenRouter's `reasoning_details`. */
    detail: z.record(z.string(), z.unknown()).exactOptional(),
  })
  .readonly()
export type ProviderSeal = z.infer<typeof providerSealSchema>

/** A stretch of a model's reasoning; its text may be empty where only the seal counts. */
const reasoningBlockSchema = z.object({ text: z.string(), seal: providerSealSchema.exactOptional() }).readonly()
export type ReasoningBlock = z.infer<typeof reasoningBlockSchema>

const toolCallSchema = z
  .object({ id: z.string(), name: z.string(), argumentsText: z.string(), seal: providerSealSchema.exactOptional() })
  .readonly()

export const chatMessageSchema = z
  .object({
    role: z.enum(['system', 'user', 'assistant', 'tool']),
    content: z.union([z.string(), z.array(contentPartSchema).readonly()]),
    /** Only on an assistant's message: what it thought before it spoke. */
    reasoning: z.array(reasoningBlockSchema).readonly().exactOptional(),
    /** Only on an assistant's message: the calls it made. */
    toolCalls: z.array(toolCallSchema).readonly().exactOptional(),
    /** Only on a tool's message: the call it answers. */
    toolCallId: z.string().exactOptional(),
  })
  .readonly()
export type ChatMessage = z.infer<typeof chatMessageSchema>

/** Beyond it a JSON Schema could not be written out again without running out of stack. */
const maxSchemaLevels = 100

/** A JSON Schema. */
const jsonSchemaSchema = z.record(z.string(), z.unknown()).refine((schema) => isWithinLevels(schema, maxSchemaLevels), {
  message: `expected at most ${maxSchemaLevels} levels of nesting, found more`,
})

export const chatToolSchema = z
  .object({
    name: z.string(),
    description: z.string().exactOptional(),
    parameters: jsonSchemaSchema,
    cacheControl: cacheControlSchema.exactOptional(),
  })
  .readonly()
export type ChatTool = z.infer<typeof chatToolSchema>

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high'] as const

/** What the answer's text must be: any JSON object, or JSON that a schema describes. */
const responseFormatSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('json') }).readonly(),
  z
    .object({
      type: z.literal('json-schema'),
      name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
      schema: jsonSchemaSchema,
      strict: z.boolean().exactOptional(),
    })
    .readonly(),
])
export type ResponseFormat = z.infer<typeof responseFormatSchema>

/** `auto`: the model decides; `required`: some tool; a name: that tool. */
const toolChoiceSchema = z.union([z.enum(['auto', 'none', 'required']), z.object({ name: z.string() }).readonly()])
export type ToolChoice = z.infer<typeof toolChoiceSchema>

/** More than any model gives; below it a price times a count stays exact. */
export const maxOutputTokensSchema = z.number().int().positive().max(1_000_000)

/** Sampling and limits. A missing field leaves the choice to the profile, then to the provider. */
export const chatParametersSchema = z
  .object({
    maxOutputTokens: maxOutputTokensSchema.exactOptional(),
    temperature: z.number().min(0).max(2).exactOptional(),
    topP: z.number().min(0).max(1).exactOptional(),
    topK: z.number().int().positive().exactOptional(),
    frequencyPenalty: z.number().min(-2).max(2).exactOptional(),
    presencePenalty: z.number().min(-2).max(2).exactOptional(),
    stop: z.array(z.string()).readonly().exactOptional(),
    seed: z.number().int().exactOptional(),
    reasoningEffort: z.enum(reasoningEfforts).exactOptional(),
    responseFormat: responseFormatSchema.exactOptional(),
    toolChoice: toolChoiceSchema.exactOptional(),
    /** False: at most one tool call an answer. */
    parallelToolCalls: z.boolean().exactOptional(),
    /** The probability of each token that was chosen. */
    logprobs: z.boolean().exactOptional(),
    /** With `logprobs`: and that of so many others. */
    topLogprobs: z.number().int().min(0).max(20).exactOptional(),
  })
  .readonly()
export type ChatParameters = z.infer<typeof chatParametersSchema>

export type ChatRequest = {
  readonly messages: readonly ChatMessage[]
  readonly parameters: ChatParameters
  readonly tools?: readonly ChatTool[]
}

/** Level by level, not by recursion: the depth may be that of a hostile message. */
function isWithinLevels(value: unknown, maxLevels: number): boolean {
  let level = [value].filter(isNest)
  for (let count = 0; count < maxLevels; count += 1) {
    level = level.flatMap((nest) => Object.values(nest).filter(isNest))
    if (level.length === 0) return true
  }
  return false
}

function isNest(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
