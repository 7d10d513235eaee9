/**
 * The error side of an answer. A failed request carries its failure and, if it was journalled, its waybill. Codes 1000
 * to 1099 are the rows of `failureTable`; besides them JSON-RPC's own codes are used.
 */
import * as z from 'zod'
import { failureSchema } from '../domain/failure.ts'
import { waybillSchema } from '../domain/waybill.ts'

export const rpcErrorCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** LSP: a request came before `initialize` or `waybill/hello`. */
  serverNotInitialized: -32002,
} as const

export const requestErrorDataSchema = z
  .object({ failure: failureSchema, waybill: waybillSchema.exactOptional() })
  .readonly()
export type RequestErrorData = z.infer<typeof requestErrorDataSchema>
