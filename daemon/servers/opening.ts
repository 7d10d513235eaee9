/**
 * The first message of a connection to what opens its session. `waybill/hello` and `initialize` say the same things:
 * who asks, which protocol versions it speaks, the token where one is required.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { ResponseError } from 'vscode-jsonrpc/node'
import * as z from 'zod'
import { rpcErrorCodes } from '../../shared/protocol/errors.ts'
import { hello } from '../../shared/protocol/hello.ts'
import { protocolVersions } from '../../shared/protocol/version.ts'
import type { SessionOptions } from '../gateway/session.ts'
import { decodeParams } from './rpc/decodeParams.ts'
import { failedResponse } from './rpc/waybillMethods.ts'

export type Opening = {
  readonly protocolVersion: number
  readonly session: Omit<SessionOptions, 'onEvent'>
}

export type Refusal = {
  readonly error: ResponseError<unknown>
  /** A wrong token ends the connection; other mistakes may be mended and sent again. */
  readonly endsConnection: boolean
}

type HelloParams = z.infer<typeof hello.params>

export function openingOfHello(params: unknown, requiredToken: string | undefined): Opening | Refusal {
  const decoded = decodeParams(hello.method, hello.params, params)
  return decoded.error === undefined ? openingOf(decoded.value, requiredToken) : mendable(decoded.error)
}

/** `initializationOptions.waybill` takes the fields of `waybill/hello`, none of them required. */
export function openingOfInitialize(params: unknown, requiredToken: string | undefined): Opening | Refusal {
  const decoded = decodeParams('initialize', initializeParamsSchema, params)
  if (decoded.error !== undefined) return mendable(decoded.error)
  const given = decoded.value.initializationOptions?.waybill ?? {}
  const client = given.client ?? { name: clientNameOf(decoded.value.clientInfo?.name) }
  return openingOf({ ...given, protocolVersions: given.protocolVersions ?? protocolVersions, client }, requiredToken)
}

export function isRefusal(opening: Opening | Refusal): opening is Refusal {
  return 'error' in opening
}

const initializationSchema = hello.params.extend({
  protocolVersions: hello.params.shape.protocolVersions.exactOptional(),
  client: hello.params.shape.client.exactOptional(),
})

const initializeParamsSchema = z.object({
  clientInfo: z.object({ name: z.string() }).nullish(),
  initializationOptions: z.object({ waybill: initializationSchema.nullish() }).nullish(),
})

function clientNameOf(name: string | undefined): string {
  return name === undefined || name === '' ? 'language-client' : name.slice(0, 100)
}

function openingOf(params: HelloParams, requiredToken: string | undefined): Opening | Refusal {
  if (requiredToken !== undefined && !isSameSecret(params.token ?? '', requiredToken)) return wrongToken
  const protocolVersion = Math.min(params.protocolVersions.max, protocolVersions.max)
  if (protocolVersion < Math.max(params.protocolVersions.min, protocolVersions.min)) {
    return mendable(noCommonVersion(params.protocolVersions))
  }
  const session = {
    client: params.client.name,
    environment: params.environment ?? {},
    topics: params.subscribe ?? [],
  }
  return { protocolVersion, session: params.user === undefined ? session : { ...session, user: params.user } }
}

/** Hashed first, because a comparison in constant time needs equal lengths. */
function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(sha256(given), sha256(expected))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function noCommonVersion(theirs: { readonly min: number; readonly max: number }): ResponseError<void> {
  const older = theirs.max < protocolVersions.min ? 'the client' : 'the daemon (Waybill)'
  const ours = `${protocolVersions.min} to ${protocolVersions.max}`
  const message = `expected protocol version ${ours}, found ${theirs.min} to ${theirs.max}; update ${older}`
  return new ResponseError(rpcErrorCodes.invalidParams, message)
}

function mendable(error: ResponseError<unknown>): Refusal {
  return { error, endsConnection: false }
}

const wrongToken: Refusal = {
  error: failedResponse({
    failure: {
      kind: 'bad-credentials',
      message: 'expected the token of the discovery file, found none or another; read the file again and reconnect',
    },
  }),
  endsConnection: true,
}
