/**
 * What a message of the protocol is: a typed constant with its name, direction, schemas and one sentence that says
 * what it does. Servers register handlers against these, clients send with them, PROTOCOL.md describes them.
 */
import type * as z from 'zod'

export type Direction = 'client-to-daemon' | 'daemon-to-client'

export type RequestType<Params extends z.ZodType, Result extends z.ZodType> = {
  readonly kind: 'request'
  readonly method: string
  readonly direction: Direction
  readonly doc: string
  readonly params: Params
  readonly result: Result
}

export type NotificationType<Params extends z.ZodType> = {
  readonly kind: 'notification'
  readonly method: string
  readonly direction: Direction
  readonly doc: string
  readonly params: Params
}

export function requestType<Params extends z.ZodType, Result extends z.ZodType>(
  type: Omit<RequestType<Params, Result>, 'kind' | 'direction'>,
): RequestType<Params, Result> {
  return { kind: 'request', direction: 'client-to-daemon', ...type }
}

export function notificationType<Params extends z.ZodType>(
  type: Omit<NotificationType<Params>, 'kind' | 'direction'>,
): NotificationType<Params> {
  return { kind: 'notification', direction: 'daemon-to-client', ...type }
}
