/**
 * A chat request as the JSON body of POST /v1/messages. Always streams.
 *
 * The system text stands apart, roles alternate, tool results are blocks of the user, and no text block is empty.
 * Reasoning: models from Claude 4.6 on think adaptively by `effort`; older ones get a budget of tokens, a share of the
 * output limit. A model that thinks refuses temperature, top_p and top_k, and a tool that it must call: there those, or
 * the thinking, are left out. JSON without a schema is nothing that this wire knows.
 * Sources (2026-10): Anthropic API reference "Messages", guides "Extended thinking", "Adaptive thinking", "Effort",
 * "Tool use", "Structured outputs", "Prompt caching".
 */
import type {
  CacheControl,
  ChatMessage,
  ChatParameters,
  ChatRequest,
  ChatTool,
  ContentPart,
  ReasoningBlock,
} from '../../../shared/domain/chatRequest.ts'
import { parsedOf, recordOf } from './json.ts'
import type { WireOptions } from './wire.ts'

/** The API demands a limit; requests of ours always have one. */
const defaultMaxTokens = 8_192

export function encodeAnthropicMessages(request: ChatRequest, { model }: Pick<WireOptions, 'model'>): string {
  const { parameters, tools = [] } = request
  const maxTokens = parameters.maxOutputTokens ?? defaultMaxTokens
  const reasoning = reasoningOf(parameters, model, maxTokens)
  const isThinking = reasoning.thinking !== undefined
  const system = request.messages.filter(({ role }) => role === 'system').flatMap(systemBlocksOf)
  const format = parameters.responseFormat?.type === 'json-schema' ? formatOf(parameters.responseFormat.schema) : {}
  const outputConfig = { ...reasoning.outputConfig, ...format }
  // JSON.stringify leaves out what is undefined.
  return JSON.stringify({
    model,
    max_tokens: maxTokens,
    stream: true,
    system: system.length === 0 ? undefined : system,
    messages: messagesOf(request.messages),
    temperature: isThinking ? undefined : clampedTemperature(parameters.temperature),
    top_p: isThinking ? undefined : parameters.topP,
    top_k: isThinking ? undefined : parameters.topK,
    stop_sequences: parameters.stop,
    thinking: reasoning.thinking,
    output_config: Object.keys(outputConfig).length === 0 ? undefined : outputConfig,
    tools: tools.length === 0 ? undefined : tools.map(encodeTool),
    tool_choice: tools.length === 0 ? undefined : toolChoiceOf(parameters),
  })
}

/** From 0 to 1 here; others go to 2. */
function clampedTemperature(temperature: number | undefined): number | undefined {
  return temperature === undefined ? undefined : Math.min(temperature, 1)
}

type Block = Readonly<Record<string, unknown>>

function systemBlocksOf(message: ChatMessage): readonly Block[] {
  return partsOf(message.content).flatMap((part) => (part.type === 'text' ? textBlockOf(part) : []))
}

type Turn = { readonly role: 'user' | 'assistant'; readonly content: readonly Block[] }

/** Neighbours of one role become one message. */
function messagesOf(messages: readonly ChatMessage[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const message of messages) {
    if (message.role === 'system') continue
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const content = blocksOf(message)
    if (content.length === 0) continue
    const last = turns.at(-1)
    if (last?.role === role) turns[turns.length - 1] = { role, content: [...last.content, ...content] }
    else turns.push({ role, content })
  }
  return turns
}

function blocksOf(message: ChatMessage): readonly Block[] {
  const content = partsOf(message.content).flatMap(contentBlockOf)
  switch (message.role) {
    case 'tool':
      return [{ type: 'tool_result', tool_use_id: message.toolCallId ?? '', content }]
    case 'assistant':
      return [
        ...(message.reasoning ?? []).flatMap(reasoningBlockOf),
        ...content,
        ...(message.toolCalls ?? []).map(({ id, name, argumentsText }) => ({
          type: 'tool_use',
          id,
          name,
          input: recordOf(parsedOf(argumentsText)) ?? {},
        })),
      ]
    default:
      return content
  }
}

function partsOf(content: ChatMessage['content']): readonly ContentPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

function contentBlockOf(part: ContentPart): readonly Block[] {
  if (part.type === 'text') return textBlockOf(part)
  const source = { type: 'base64', media_type: part.mediaType, data: part.base64 }
  return [{ type: 'image', source, ...cacheOf(part.cacheControl) }]
}

/** The API refuses text that is empty or blank. */
function textBlockOf(part: Extract<ContentPart, { type: 'text' }>): readonly Block[] {
  return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text, ...cacheOf(part.cacheControl) }]
}

/** Goes back only as it came; thoughts without a signature, or of another dialect, would be refused. */
function reasoningBlockOf({ text, seal }: ReasoningBlock): readonly Block[] {
  if (seal?.dialect !== 'anthropic-messages') return []
  if (seal.redacted !== undefined) return [{ type: 'redacted_thinking', data: seal.redacted }]
  return seal.signature === undefined ? [] : [{ type: 'thinking', thinking: text, signature: seal.signature }]
}

function cacheOf(cacheControl: CacheControl | undefined): Block {
  return cacheControl === undefined ? {} : { cache_control: cacheControl }
}

function encodeTool(tool: ChatTool): Block {
  return {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    input_schema: { type: 'object', ...tool.parameters },
    ...cacheOf(tool.cacheControl),
  }
}

function toolChoiceOf({ toolChoice, parallelToolCalls }: ChatParameters): Block | undefined {
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {}
  if (toolChoice === 'none') return { type: 'none' }
  if (toolChoice === 'required') return { type: 'any', ...single }
  if (typeof toolChoice === 'object') return { type: 'tool', name: toolChoice.name, ...single }
  return toolChoice === 'auto' || parallelToolCalls === false ? { type: 'auto', ...single } : undefined
}

type Reasoning = { readonly thinking?: Block; readonly outputConfig?: Block }

/** The API's least budget; an answer needs room beside it. */
const leastBudgetTokens = 1_024
const budgetRatios = { minimal: 0.1, low: 0.2, medium: 0.5, high: 0.8 } as const
const efforts = { minimal: 'low', low: 'low', medium: 'medium', high: 'high' } as const

function reasoningOf(parameters: ChatParameters, model: string, maxTokens: number): Reasoning {
  const { reasoningEffort, toolChoice } = parameters
  if (reasoningEffort === undefined || reasoningEffort === 'none') return {}
  // A tool that must be called leaves no room for thinking.
  if (toolChoice === 'required' || typeof toolChoice === 'object') return {}
  if (!hasBudget(model)) {
    return { thinking: { type: 'adaptive' }, outputConfig: { effort: efforts[reasoningEffort] } }
  }
  const budgetTokens = Math.max(leastBudgetTokens, Math.floor(maxTokens * budgetRatios[reasoningEffort]))
  return budgetTokens < maxTokens ? { thinking: { type: 'enabled', budget_tokens: budgetTokens } } : {}
}

/** Claude 3.7, 4, 4.1 and 4.5: `claude-3-7-sonnet-20250219`, `claude-sonnet-4-20250514`, `claude-opus-4.1`. */
function hasBudget(model: string): boolean {
  return /claude-3|(?:opus|sonnet|haiku)-4(?:[-.][015])?(?:-\d{8}|$|[^-.\d])/.test(model)
}

function formatOf(schema: Readonly<Record<string, unknown>>): Block {
  return { format: { type: 'json_schema', schema } }
}
