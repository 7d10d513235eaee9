/** The wire formats that providers speak. */
export const dialects = ['openai-chat', 'anthropic-messages', 'gemini-generate'] as const
export type Dialect = (typeof dialects)[number]
