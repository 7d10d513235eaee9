/**
 * Checks the parts of a stream by hand: they come by the hundred a second, and a schema would cost more than all else that is
 * done with them. Asks only for what clients read; parts of a type that a newer daemon may have are left out. Undefined: not what
 * `waybill/chat/parts` carries.
 */
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import type { NotificationOf } from './connection.ts'

export function decodeChatParts(params: unknown): NotificationOf<'chatParts'> | undefined {
  if (!isObject(params) || typeof params.requestId !== 'string' || !Array.isArray(params.parts)) return undefined
  const checked = params.parts.map(checkPart)
  if (checked.includes('malformed')) return undefined
  const parts = (params.parts as readonly StreamPart[]).filter((_part, index) => checked[index] === 'known')
  return { ...(params as NotificationOf<'chatParts'>), parts }
}

function checkPart(part: unknown): 'known' | 'unknown' | 'malformed' {
  if (!isObject(part) || typeof part.number !== 'number' || typeof part.type !== 'string') return 'malformed'
  const isWhole = hasItsFields(part)
  if (isWhole === undefined) return 'unknown'
  return isWhole && (part.type === 'request-end' || typeof part.attempt === 'number') ? 'known' : 'malformed'
}

/** Undefined: no type that this build knows. */
function hasItsFields(part: Readonly<Record<string, unknown>>): boolean | undefined {
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
    case 'wait-start':
      return typeof part.delayMs === 'number'
    case 'tool-call-append':
    case 'logprobs-append':
    case 'rewind':
      return true
    default:
      return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
