/**
 * How large a request is before an endpoint is chosen: what plans and forecasts start from. Bytes of its texts in UTF-8, 16
 * for each message, 1,000 for tools, 6,000 for an image. A measure, not a bound: that one is of the body that leaves.
 */
import type { ChatMessage, ChatRequest } from '../../../shared/domain/chatRequest.ts'
import { bytesForTools, bytesPerMessage } from './bound.ts'
import { utf8Bytes } from './utf8Bytes.ts'

/** 1,500 tokens: what an image of ordinary size counts for most models. */
const bytesPerImage = 6_000

export function requestBytes(request: Pick<ChatRequest, 'messages' | 'tools'>): number {
  let bytes = request.tools === undefined ? 0 : bytesForTools + utf8Bytes(JSON.stringify(request.tools))
  for (const message of request.messages) bytes += bytesPerMessage + messageBytes(message)
  return bytes
}

function messageBytes(message: ChatMessage): number {
  let bytes = 0
  for (const call of message.toolCalls ?? []) bytes += utf8Bytes(call.name) + utf8Bytes(call.argumentsText)
  if (typeof message.content === 'string') return bytes + utf8Bytes(message.content)
  for (const part of message.content) bytes += part.type === 'text' ? utf8Bytes(part.text) : bytesPerImage
  return bytes
}
