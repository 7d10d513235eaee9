/**
 * A chat request as the JSON body of POST /chat/completions. Always streams, and always asks for usage.
 * Source: OpenAI API reference, "Create chat completion" (2026-10).
 */
import type { ChatMessage, ChatRequest, ChatTool } from '../../../shared/domain/chatRequest.ts'

/** Newer OpenAI models refuse the first name; most compatible servers know no other. */
export type MaxTokensParameter = 'max_tokens' | 'max_completion_tokens'

export type OpenaiChatOptions = {
  /** The model's name in the provider's own API. */
  readonly model: string
  readonly maxTokensParameter: MaxTokensParameter
}

export function encodeOpenaiChat(request: ChatRequest, options: OpenaiChatOptions): string {
  const { parameters, tools } = request
  // JSON.stringify leaves out what is undefined.
  return JSON.stringify({
    model: options.model,
    messages: request.messages.map(encodeMessage),
    stream: true,
    stream_options: { include_usage: true },
    [options.maxTokensParameter]: parameters.maxOutputTokens,
    temperature: parameters.temperature,
    top_p: parameters.topP,
    stop: parameters.stop,
    seed: parameters.seed,
    reasoning_effort: parameters.reasoningEffort,
    // An empty list is refused.
    tools: tools === undefined || tools.length === 0 ? undefined : tools.map(encodeTool),
  })
}

function encodeMessage(message: ChatMessage): object {
  const { toolCalls = [] } = message
  return {
    role: message.role,
    content: toolCalls.length > 0 && message.content.length === 0 ? null : encodeContent(message.content),
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

/** Plain text goes as a string: many compatible servers take parts only from a user, or not at all. */
function encodeContent(content: ChatMessage['content']): unknown {
  if (typeof content === 'string') return content
  const [only] = content
  if (content.length === 1 && only?.type === 'text') return only.text
  return content.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.base64}` } },
  )
}

function encodeTool(tool: ChatTool): object {
  return {
    type: 'function',
    function: { name: tool.name, description: tool.description, parameters: tool.parameters },
  }
}
