/**
 * How much a Gemini model may think, in the words that its generation knows: a level since Gemini 3, a budget in tokens
 * in 2.5, nothing before. Where thinking cannot be turned off, `none` is the least there is.
 *
 * Sources (2026-10): Gemini API, "Gemini thinking" (ai.google.dev/gemini-api/docs/thinking: levels and budgets per
 * model) and "OpenAI compatibility" (the budgets that Google gives to the efforts).
 */
import type { ChatParameters } from '../../../shared/domain/chatRequest.ts'

type Effort = NonNullable<ChatParameters['reasoningEffort']>

export type ThinkingConfig = {
  readonly includeThoughts: boolean
  readonly thinkingLevel?: string
  readonly thinkingBudget?: number
}

/** `model` is Google's own name. undefined: the model decides, or does not think. */
export function thinkingConfigOf(model: string, effort: Effort | undefined): ThinkingConfig | undefined {
  if (effort === undefined) return undefined
  const includeThoughts = effort !== 'none'
  const isPro = /-pro\b/.test(model)
  const version = geminiVersionOf(model)
  if (version >= 3) return { includeThoughts, thinkingLevel: levelOf(effort, { isPro, version }) }
  if (version < 2.5) return undefined
  return { includeThoughts, thinkingBudget: isPro && effort === 'none' ? leastProBudget : budgets[effort] }
}

/** 2.5 of `gemini-2.5-flash`. The names that follow the newest model, such as `gemini-flash-latest`, are of today. */
export function geminiVersionOf(model: string): number {
  if (/gemini-[a-z-]+-latest$/.test(model)) return 3
  return Number(/gemini-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? 0)
}

const leastProBudget = 128
const budgets: Readonly<Record<Effort, number>> = { none: 0, minimal: 1024, low: 1024, medium: 8192, high: 24576 }

/** Pro models know no `minimal`, and the first of them no `medium`. */
function levelOf(effort: Effort, model: { readonly isPro: boolean; readonly version: number }): string {
  const level = effort === 'none' ? 'minimal' : effort
  if (!model.isPro) return level
  if (level === 'minimal') return 'low'
  return level === 'medium' && model.version < 3.1 ? 'high' : level
}
