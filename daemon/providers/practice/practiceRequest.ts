/** The body of POST /chat/completions as far as a practice provider reads it. */
import * as z from 'zod'
import type { PracticeMessage } from './practiceAnswer.ts'

export type PracticeRequest = {
  readonly model: string
  readonly messages: readonly PracticeMessage[]
  readonly isStream: boolean
  readonly wantsUsage: boolean
  readonly maxTokens?: number
}

/** undefined for what OpenAI's API would refuse too. */
export function decodePracticeRequest(bodyText: string): PracticeRequest | undefined {
  const body = bodySchema.safeParse(parsedOf(bodyText))
  if (!body.success) return undefined
  const { model, messages, stream, stream_options, max_tokens, max_completion_tokens } = body.data
  const maxTokens = max_completion_tokens ?? max_tokens
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, text: textOf(content) })),
    isStream: stream === true,
    wantsUsage: stream_options?.include_usage === true,
    ...(typeof maxTokens === 'number' && { maxTokens }),
  }
}

const contentSchema = z.union([
  z.string(),
  z.array(z.object({ type: z.string(), text: z.string().optional() })),
  z.null(),
])

const bodySchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: contentSchema.optional() })).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
})

function textOf(content: z.infer<typeof contentSchema> | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => part.text ?? '').join('\n')
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
