/**
 * A chat request as the JSON body of POST /chat/completions. Always streams, and always asks for usage. What a provider
 * does otherwise than OpenAI is said by its quirks.
 * Sources (2026-10): OpenAI API reference "Create chat completion", OpenRouter "Reasoning tokens" and "Prompt caching",
 * Mistral API reference "Chat", DeepSeek and Z.ai "Thinking mode" (the switch `thinking`, 2026-11), Moonshot "Use Kimi K2 thinking".
 */
import type {
  CacheControl,
  ChatMessage,
  ChatParameters,
  ChatRequest,
  ChatTool,
  ResponseFormat,
} from '../../../shared/domain/chatRequest.ts'
import type { OpenaiQuirks } from './openaiQuirks.ts'
import type { WireOptions } from './wire.ts'

export function encodeOpenaiChat(request: ChatRequest, { model, quirks }: WireOptions): string {
  const { parameters, tools } = request
  const hasTools = tools !== undefined && tools.length > 0
  // JSON.stringify leaves out what is undefined.
  return JSON.stringify({
    model,
    messages: request.messages.map((message) => encodeMessage(message, quirks)),
    stream: true,
    stream_options: { include_usage: true },
    [quirks.maxTokensParameter]: parameters.maxOutputTokens,
    temperature: parameters.temperature,
    top_p: parameters.topP,
    top_k: parameters.topK,
    frequency_penalty: parameters.frequencyPenalty,
    presence_penalty: parameters.presencePenalty,
    stop: parameters.stop,
    [quirks.seedParameter ?? 'seed']: parameters.seed,
    ...reasoningOf(parameters, quirks),
    response_format: parameters.responseFormat && encodeFormat(parameters.responseFormat),
    logprobs: parameters.logprobs,
    top_logprobs: parameters.logprobs === true ? parameters.topLogprobs : undefined,
    // An empty list is refused.
    tools: hasTools ? tools.map((tool) => encodeTool(tool, quirks)) : undefined,
    tool_choice: hasTools ? encodeToolChoice(parameters, quirks) : undefined,
    parallel_tool_calls: hasTools ? parameters.parallelToolCalls : undefined,
  })
}

function reasoningOf({ reasoningEffort }: ChatParameters, quirks: OpenaiQuirks): object {
  if (reasoningEffort === undefined) return {}
  switch (quirks.reasoning) {
    case 'object':
      return { reasoning: { effort: reasoningEffort } }
    case 'switch':
    case 'effort-and-switch': {
      if (reasoningEffort === 'none') return { thinking: { type: 'disabled' } }
      const thinking = { type: 'enabled' }
      return quirks.reasoning === 'switch' ? { thinking } : { thinking, reasoning_effort: reasoningEffort }
    }
    default:
      return { reasoning_effort: reasoningEffort }
  }
}

function encodeMessage(message: ChatMessage, quirks: OpenaiQuirks): object {
  const { toolCalls = [] } = message
  return {
    role: message.role,
    content: toolCalls.length > 0 && message.content.length === 0 ? null : encodeContent(message.content, quirks),
    ...reasoningBackOf(message, quirks),
    tool_calls:
      toolCalls.length === 0
        ? undefined
        : toolCalls.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.argumentsText },
          })),
    tool_call_id: message.toolCallId,
  }
}

/** Only what came in this dialect; another's seals mean nothing here. */
function reasoningBackOf({ reasoning = [] }: ChatMessage, quirks: OpenaiQuirks): object {
  const own = reasoning.filter(({ seal }) => seal === undefined || seal.dialect === 'openai-chat')
  if (quirks.reasoningBack === 'reasoning_content') {
    const text = own.map((block) => block.text).join('')
    return text === '' ? {} : { reasoning_content: text }
  }
  const details = own.flatMap(({ seal }) => seal?.detail ?? [])
  return quirks.reasoningBack === 'reasoning_details' && details.length > 0 ? { reasoning_details: details } : {}
}

/** Plain text goes as a string: many compatible servers take parts only from a user, or not at all. */
function encodeContent(content: ChatMessage['content'], quirks: OpenaiQuirks): unknown {
  if (typeof content === 'string') return content
  const [only] = content
  const isMarked = quirks.keepsCacheControl === true && only?.cacheControl !== undefined
  if (content.length === 1 && only?.type === 'text' && !isMarked) return only.text
  return content.map((part) => {
    const cache = cacheOf(part.cacheControl, quirks)
    return part.type === 'text'
      ? { type: 'text', text: part.text, ...cache }
      : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.base64}` }, ...cache }
  })
}

function cacheOf(cacheControl: CacheControl | undefined, quirks: OpenaiQuirks): object {
  return quirks.keepsCacheControl === true && cacheControl !== undefined ? { cache_control: cacheControl } : {}
}

function encodeTool(tool: ChatTool, quirks: OpenaiQuirks): object {
  return {
    type: 'function',
    function: { name: tool.name, description: tool.description, parameters: tool.parameters },
    ...cacheOf(tool.cacheControl, quirks),
  }
}

function encodeToolChoice({ toolChoice }: ChatParameters, quirks: OpenaiQuirks): unknown {
  if (toolChoice === 'required') return quirks.requiredToolChoice ?? 'required'
  return typeof toolChoice === 'object' ? { type: 'function', function: { name: toolChoice.name } } : toolChoice
}

function encodeFormat(format: ResponseFormat): object {
  if (format.type === 'json') return { type: 'json_object' }
  const { name, schema, strict } = format
  return { type: 'json_schema', json_schema: { name, schema, ...(strict !== undefined && { strict }) } }
}
