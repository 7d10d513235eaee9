/**
 * What a client asks of a model, in the project's own words, whatever wire it came over and goes out on.
 */
import * as z from 'zod'

/** Content that is not text carries its bytes as base64. */
const contentPartSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }).readonly(),
  z.object({ type: z.literal('image'), mediaType: z.string(), base64: z.string() }).readonly(),
])

const toolCallSchema = z.object({ id: z.string(), name: z.string(), argumentsText: z.string() }).readonly()

export const chatMessageSchema = z
  .object({
    role: z.enum(['system', 'user', 'assistant', 'tool']),
    content: z.union([z.string(), z.array(contentPartSchema).readonly()]),
    /** Only on an assistant's message: the calls it made. */
    toolCalls: z.array(toolCallSchema).readonly().exactOptional(),
    /** Only on a tool's message: the call it answers. */
    toolCallId: z.string().exactOptional(),
  })
  .readonly()
export type ChatMessage = z.infer<typeof chatMessageSchema>

/** Beyond it a JSON Schema could not be written out again without running out of stack. */
const maxSchemaLevels = 100

export const chatToolSchema = z
  .object({
    name: z.string(),
    description: z.string().exactOptional(),
    /** A JSON Schema. */
    parameters: z.record(z.string(), z.unknown()).refine((schema) => isWithinLevels(schema, maxSchemaLevels), {
      message: `expected at most ${maxSchemaLevels} levels of nesting, found more`,
    }),
  })
  .readonly()
export type ChatTool = z.infer<typeof chatToolSchema>

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high'] as const

/** More than any model gives; below it a price times a count stays exact. */
export const maxOutputTokensSchema = z.number().int().positive().max(1_000_000)

/** Sampling and limits. A missing field leaves the choice to the profile, then to the provider. */
export const chatParametersSchema = z
  .object({
    maxOutputTokens: maxOutputTokensSchema.exactOptional(),
    temperature: z.number().min(0).max(2).exactOptional(),
    topP: z.number().min(0).max(1).exactOptional(),
    stop: z.array(z.string()).readonly().exactOptional(),
    seed: z.number().int().exactOptional(),
    reasoningEffort: z.enum(reasoningEfforts).exactOptional(),
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
