/**
 * A chat request as the JSON body of POST /v1/messages. Always streams.
 *
 * The system text stands apart; a request of nothing else makes it the user's, because the API wants a message. JSON without a
 * schema is nothing that this wire knows. What the model would refuse is left out: see `anthropicPlan.ts`.
 * Sources (2026-11): Anthropic API reference "Messages"; Claude platform documentation "Define tools", "Structured outputs",
 * "Prompt caching" (platform.claude.com/docs).
 */
import type { ChatMessage, ChatParameters, ChatRequest, ChatTool } from '../../../shared/domain/chatRequest.ts'
import { anthropicBlocksOf, cacheMarkOf } from './anthropicBlocks.ts'
import { withinMarkLimits } from './anthropicCacheMarks.ts'
import { type AnthropicPlan, defaultMaxTokens, planAnthropic, stopSequencesOf } from './anthropicPlan.ts'
import { anthropicSchemaOf } from './anthropicSchema.ts'
import { type AnthropicTurn, anthropicTurnsOf, endedByUser, endedForPrefill } from './anthropicTurns.ts'
import type { Json } from './json.ts'
import type { WireOptions } from './wire.ts'

export function encodeAnthropicMessages(request: ChatRequest, { model }: Pick<WireOptions, 'model'>): string {
  const { parameters } = request
  const plan = planAnthropic(request, model)
  const { tools, system, messages } = withinMarkLimits(conversationOf(request, plan))
  const stopSequences = stopSequencesOf(parameters)
  // JSON.stringify leaves out what is undefined.
  return JSON.stringify({
    model,
    max_tokens: parameters.maxOutputTokens ?? defaultMaxTokens,
    stream: true,
    system: filledOf(system),
    messages,
    ...samplingOf(parameters, plan),
    stop_sequences: filledOf(stopSequences),
    thinking: plan.thinking,
    output_config: outputConfigOf(parameters, plan),
    tools: filledOf(tools),
    tool_choice: tools.length === 0 ? undefined : toolChoiceOf(parameters, plan),
  })
}

type Conversation = {
  readonly tools: readonly Json[]
  readonly system: readonly Json[]
  readonly messages: readonly AnthropicTurn[]
}

function conversationOf({ messages, tools = [] }: ChatRequest, { mayPrefill }: AnthropicPlan): Conversation {
  const system = messages.filter(({ role }) => role === 'system').flatMap(({ content }) => anthropicBlocksOf(content))
  const turns = anthropicTurnsOf(messages)
  const encodedTools = tools.map(encodeTool)
  if (system.length > 0 && !hasSaid(messages)) {
    return { tools: encodedTools, system: [], messages: [{ role: 'user', content: system }] }
  }
  return { tools: encodedTools, system, messages: mayPrefill ? endedForPrefill(turns) : endedByUser(turns) }
}

/** Anything beside the system's text. */
function hasSaid(messages: readonly ChatMessage[]): boolean {
  return messages.some(
    ({ role, content, toolCalls = [] }) =>
      role !== 'system' && (anthropicBlocksOf(content).length > 0 || toolCalls.length > 0),
  )
}

function samplingOf({ temperature, topP, topK }: ChatParameters, { refused }: AnthropicPlan): Json {
  return {
    // From 0 to 1 here; others go to 2.
    temperature: temperature === undefined || refused.has('temperature') ? undefined : Math.min(temperature, 1),
    top_p: refused.has('top_p') ? undefined : topP,
    top_k: refused.has('top_k') ? undefined : topK,
  }
}

function outputConfigOf({ responseFormat }: ChatParameters, { effort, refused }: AnthropicPlan): Json | undefined {
  const hasFormat = responseFormat?.type === 'json-schema' && !refused.has('structured_outputs')
  if (!hasFormat && effort === undefined) return undefined
  return {
    effort,
    format: hasFormat ? { type: 'json_schema', schema: anthropicSchemaOf(responseFormat.schema) } : undefined,
  }
}

function encodeTool(tool: ChatTool): Json {
  return {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    input_schema: { type: 'object', ...tool.parameters },
    ...cacheMarkOf(tool.cacheControl),
  }
}

function toolChoiceOf(parameters: ChatParameters, { refused }: AnthropicPlan): Json | undefined {
  const { toolChoice, parallelToolCalls } = parameters
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {}
  if (toolChoice === 'none') return { type: 'none' }
  if (!refused.has('tool_choice')) {
    if (toolChoice === 'required') return { type: 'any', ...single }
    if (typeof toolChoice === 'object') return { type: 'tool', name: toolChoice.name, ...single }
  }
  return toolChoice !== undefined || parallelToolCalls === false ? { type: 'auto', ...single } : undefined
}

function filledOf<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length > 0 ? list : undefined
}
