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

export const chatToolSchema = z
  .object({ name: z.string(), description: z.string().exactOptional(), parameters: z.record(z.string(), z.unknown()) })
  .readonly()
export type ChatTool = z.infer<typeof chatToolSchema>

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high'] as const

/** Sampling and limits. A missing field leaves the choice to the profile, then to the provider. */
export const chatParametersSchema = z
  .object({
    maxOutputTokens: z.number().int().positive().exactOptional(),
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
