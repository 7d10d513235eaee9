/** Handing over to a newer build. */
import * as z from 'zod'
import { buildSchema } from '../domain/build.ts'
import { requestType } from './messageType.ts'

/** `waiting`: everything is served until nothing is under way or held. `draining`: new requests are refused. `ending`: it closes. */
export const handOverPhases = ['waiting', 'draining', 'ending'] as const

export const handOverStatusSchema = z
  .object({
    phase: z.enum(handOverPhases),
    to: buildSchema,
    /** When it was asked to. */
    sinceAtMs: z.number(),
    /** When the next phase begins at the latest. */
    untilAtMs: z.number(),
  })
  .readonly()
export type HandOverStatus = z.infer<typeof handOverStatusSchema>

/** Stays as it is over all versions of the protocol: builds that share no other version must be able to say it. */
export const takeover = requestType({
  method: 'waybill/takeover',
  doc: 'Asks the daemon to hand over to a strictly newer build. Answered when it ends, at most 12 minutes later; whoever asked starts when the daemon has closed the connection. A connection that its client ends earlier takes the wish back.',
  params: z.object({ build: buildSchema }),
  result: z.discriminatedUnion('state', [
    z.object({ state: z.literal('handed-over') }),
    z.object({ state: z.literal('refused'), reason: z.string() }),
  ]),
})
