/**
 * How much a model of the Anthropic API is asked to think, and what of a request it would refuse, each as its generation
 * takes it.
 *
 * A call that the request forces excludes a budget for thinking, and comes before it. Adaptive thinking allows it; the newest
 * models take none, and get the choice `auto`. Sampling parameters stay out where a model thinks or knows none. What is
 * left out is named, so that the waybill can say it.
 * Sources, Claude platform documentation (platform.claude.com/docs, 2026-11): "Thinking", "Thinking in tool and
 * multi-turn workflows", "Effort", "What's new in Claude Opus 5.5".
 */
import type { ChatParameters, ChatRequest } from '../../../shared/domain/chatRequest.ts'
import type { ParameterName } from '../../../shared/domain/parameterName.ts'
import { anthropicSchemaOf } from './anthropicSchema.ts'
import { anthropicTurnsOf, isAmidForeignTurn } from './anthropicTurns.ts'
import { type ClaudeModel, claudeModelOf } from './claudeModel.ts'
import type { Json } from './json.ts'

export type AnthropicPlan = {
  readonly thinking?: Json
  readonly effort?: string
  /** Asked for, and left out because the API would refuse it. */
  readonly refused: ReadonlySet<ParameterName>
  /** Whether the answer may carry on what the assistant began. */
  readonly mayPrefill: boolean
}

/** The API demands a limit; requests of the gateway always have one. */
export const defaultMaxTokens = 8_192

export function planAnthropic(request: ChatRequest, modelName: string): AnthropicPlan {
  const model = claudeModelOf(modelName)
  const { parameters } = request
  const isForced = forcesCall(request)
  const { isRefused, ...reasoning } = reasoningOf(request, model, isForced)
  const isThinking = reasoning.thinking !== undefined && reasoning.thinking.type !== 'disabled'
  const refused: readonly (ParameterName | false)[] = [
    ...samplingRefusedBy(model, parameters, isThinking),
    isRefused && 'reasoning',
    isForced && !model.takesForcedCalls && 'tool_choice',
    !takesFormat(model, parameters) && 'structured_outputs',
    (parameters.stop?.length ?? 0) > 0 && stopSequencesOf(parameters).length === 0 && 'stop',
  ]
  return {
    ...reasoning,
    refused: new Set(refused.filter((name) => name !== false)),
    mayPrefill: model.takesPrefill && !isThinking,
  }
}

/** The API refuses those of only white space. */
export function stopSequencesOf({ stop = [] }: ChatParameters): readonly string[] {
  return stop.filter((sequence) => sequence.trim() !== '')
}

function forcesCall({ parameters: { toolChoice }, tools = [] }: ChatRequest): boolean {
  return tools.length > 0 && (toolChoice === 'required' || typeof toolChoice === 'object')
}

function takesFormat(model: ClaudeModel, { responseFormat }: ChatParameters): boolean {
  if (responseFormat?.type !== 'json-schema') return true
  return model.takesSchemas && anthropicSchemaOf(responseFormat.schema) !== undefined
}

function samplingRefusedBy(
  { sampling }: ClaudeModel,
  { temperature, topP, topK }: ChatParameters,
  isThinking: boolean,
): readonly (ParameterName | false)[] {
  const takesNone = isThinking || sampling === 'none'
  return [
    temperature !== undefined && takesNone && 'temperature',
    topP !== undefined && (takesNone || (sampling === 'one' && temperature !== undefined)) && 'top_p',
    topK !== undefined && takesNone && 'top_k',
  ]
}

type Reasoning = {
  readonly thinking?: Json
  readonly effort?: string
  /** Thinking was asked for and cannot be had. */
  readonly isRefused: boolean
}

type Effort = Exclude<NonNullable<ChatParameters['reasoningEffort']>, 'none'>

function reasoningOf(request: ChatRequest, model: ClaudeModel, isForced: boolean): Reasoning {
  const { reasoningEffort } = request.parameters
  const wanted = reasoningEffort === 'none' ? undefined : reasoningEffort
  if (model.thinking === 'none') return { isRefused: wanted !== undefined }
  if (reasoningEffort === 'none') return { ...restOf(model), isRefused: false }
  if (model.thinking === 'adaptive') return adaptiveOf(model, wanted)
  return isForced ? { isRefused: wanted !== undefined } : budgetOf(request, wanted)
}

/** How it is told not to think; where it always does, to do so as little as it can. */
function restOf({ rest }: ClaudeModel): { readonly thinking?: Json; readonly effort?: string } {
  switch (rest) {
    case 'unsaid':
      return {}
    case 'never':
      return { effort: 'low' }
    case 'disabled':
    case 'between_tools':
      return { thinking: { type: rest } }
  }
}

const efforts: Readonly<Record<Effort, string>> = { minimal: 'low', low: 'low', medium: 'medium', high: 'high' }

/** Since Claude 4.7 thoughts come without their text unless it is asked for, also where the model thinks unasked. */
function adaptiveOf({ rest }: ClaudeModel, wanted: Effort | undefined): Reasoning {
  if (wanted === undefined && rest === 'unsaid') return { isRefused: false }
  const thinking = { type: 'adaptive', display: 'summarized' }
  return { thinking, ...(wanted !== undefined && { effort: efforts[wanted] }), isRefused: false }
}

/** The API's least budget; an answer needs room beside it. */
const leastBudgetTokens = 1_024
const budgetRatios: Readonly<Record<Effort, number>> = { minimal: 0.1, low: 0.2, medium: 0.5, high: 0.8 }

function budgetOf({ messages, parameters }: ChatRequest, wanted: Effort | undefined): Reasoning {
  if (wanted === undefined) return { isRefused: false }
  const maxTokens = parameters.maxOutputTokens ?? defaultMaxTokens
  const budgetTokens = Math.max(leastBudgetTokens, Math.floor(maxTokens * budgetRatios[wanted]))
  if (budgetTokens >= maxTokens || isAmidForeignTurn(anthropicTurnsOf(messages))) return { isRefused: true }
  return { thinking: { type: 'enabled', budget_tokens: budgetTokens }, isRefused: false }
}
