/**
 * Tokens of one attempt, as the provider counted them, in the project's own convention: `inputTokens` includes cached
 * reads and cache writes, `outputTokens` includes reasoning. A missing field is unknown; 0 means that the provider
 * said 0.
 */
import * as z from 'zod'

const tokenCountSchema = z.number().int().nonnegative()

export const usageSchema = z
  .object({
    inputTokens: tokenCountSchema.exactOptional(),
    /** Part of inputTokens that the provider read from its prompt cache. */
    cachedInputTokens: tokenCountSchema.exactOptional(),
    /** Part of inputTokens that the provider wrote to its prompt cache. */
    cacheWriteTokens: tokenCountSchema.exactOptional(),
    /** Part of cacheWriteTokens that is kept for an hour. */
    cacheWrite1hTokens: tokenCountSchema.exactOptional(),
    outputTokens: tokenCountSchema.exactOptional(),
    /** Part of outputTokens spent on reasoning. */
    reasoningTokens: tokenCountSchema.exactOptional(),
  })
  .readonly()
export type Usage = z.infer<typeof usageSchema>
