/**
 * Checks the parts of a stream by hand: they come by the hundred a second, and a schema would cost more than all else that is
 * done with them. Asks only for what clients read. Undefined: not what `waybill/chat/parts` carries.
 */
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import type { NotificationOf } from './connection.ts'

export function decodeChatParts(params: unknown): NotificationOf<'chatParts'> | undefined {
  if (!isObject(params) || typeof params.requestId !== 'string' || !Array.isArray(params.parts)) return undefined
  return params.parts.every(isStreamPart) ? (params as NotificationOf<'chatParts'>) : undefined
}

function isStreamPart(part: unknown): part is StreamPart {
  if (!isObject(part) || typeof part.number !== 'number') return false
  if (part.type !== 'request-end' && typeof part.attempt !== 'number') return false
  switch (part.type as StreamPart['type']) {
    case 'text-append':
    case 'reasoning-append':
      return typeof part.text === 'string'
    case 'attempt-start':
      return typeof part.model === 'string' && typeof part.provider === 'string'
    case 'attempt-fail':
      return isObject(part.failure)
    case 'request-end':
      return typeof part.outcome === 'string'
    case 'tool-call-append':
    case 'rewind':
      return true
    // A newer daemon may say more than this build knows; the number still counts.
    default:
      return false
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
