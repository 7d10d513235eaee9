/**
 * One message body to a JSON-RPC 2.0 message, or to the error that answers it. Only the shape that dispatching needs is
 * looked at; params are decoded by the method that they belong to. Batches are not part of the protocol.
 */
import { isUtf8 } from 'node:buffer'
import type { Message } from 'vscode-jsonrpc/node'
import { rpcErrorCodes } from '../../shared/protocol/errors.ts'

export type MessageProblem = {
  readonly code: number
  readonly message: string
  /** The message's own id where it could be read; null as JSON-RPC demands where it could not. */
  readonly id: string | number | null
}

export type DecodedMessage =
  | { readonly message: Message; readonly problem?: never }
  | { readonly message?: never; readonly problem: MessageProblem }

export function decodeMessage(body: Buffer): DecodedMessage {
  if (!isUtf8(body)) return unparsable('expected UTF-8, found other bytes')
  const value = parsedOf(body.toString('utf8'))
  if (value === notJson) return unparsable('expected JSON, found something else')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong(undefined, 'expected one JSON-RPC message as an object; batches are not supported')
  }
  return shapeOf({ ...value })
}

function shapeOf(fields: Readonly<Record<string, unknown>>): DecodedMessage {
  const { id, method, params } = fields
  if (fields.jsonrpc !== '2.0') return wrong(id, 'expected `jsonrpc` to be "2.0"')
  if (method === undefined) return responseOf(fields)
  if (typeof method !== 'string') return wrong(id, 'expected `method` to be a string')
  if (id !== undefined && !isId(id)) return wrong(id, 'expected `id` to be a string or a number')
  if (params !== undefined && typeof params !== 'object') return wrong(id, 'expected `params` to be an object')
  if (method === '$/cancelRequest' && !isCancel(params)) {
    return wrong(id, 'expected the params of `$/cancelRequest` to be {id}')
  }
  // Several editors write `"params": null` for a method without params.
  const { params: _, ...withoutParams } = fields
  return { message: (params === null ? withoutParams : fields) as unknown as Message }
}

function responseOf(fields: Readonly<Record<string, unknown>>): DecodedMessage {
  const hasAnswer = fields.result !== undefined || (typeof fields.error === 'object' && fields.error !== null)
  if (!hasAnswer || !(isId(fields.id) || fields.id === null)) {
    return wrong(fields.id, 'expected a request or notification with `method`, or a response with `id`')
  }
  return { message: fields as unknown as Message }
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function isCancel(params: unknown): boolean {
  return typeof params === 'object' && params !== null && 'id' in params && isId(params.id)
}

const notJson = Symbol('not JSON')

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return notJson
  }
}

function unparsable(message: string): DecodedMessage {
  return { problem: { code: rpcErrorCodes.parseError, message, id: null } }
}

function wrong(id: unknown, message: string): DecodedMessage {
  return { problem: { code: rpcErrorCodes.invalidRequest, message, id: isId(id) ? id : null } }
}
