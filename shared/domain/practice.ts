/**
 * The fault script of a practice provider: what it does with its first call, its second, and so on; the last step
 * stays in force. `afterEvents` counts the stream events that carry text and were sent before the fault; a fault after
 * more events than an answer has comes at its end, before the terminal event.
 */
import * as z from 'zod'

const durationMsSchema = z.number().int().nonnegative().max(3_600_000)
const afterEventsSchema = z.number().int().nonnegative()

export const practiceStepSchema = z.discriminatedUnion('play', [
  z
    .object({
      play: z.literal('answer'),
      /** Silence before the response head. */
      delayMs: durationMsSchema.exactOptional(),
      /** Pause between two events. */
      dripMs: durationMsSchema.exactOptional(),
    })
    .readonly(),
  /** 429, with Retry-After if it is given. */
  z.object({ play: z.literal('rate-limit'), retryAfterSeconds: z.number().nonnegative().exactOptional() }).readonly(),
  /** Default status 500. */
  z
    .object({ play: z.literal('server-error'), httpStatus: z.number().int().min(500).max(599).exactOptional() })
    .readonly(),
  /** Takes the call and never answers. */
  z.object({ play: z.literal('hang') }).readonly(),
  /** The connection is closed in mid-stream. */
  z.object({ play: z.literal('cut'), afterEvents: afterEventsSchema }).readonly(),
  /** A frame comes that does not parse. */
  z.object({ play: z.literal('garble'), afterEvents: afterEventsSchema }).readonly(),
  /** Status 200, then an error event; default after 0 events. */
  z.object({ play: z.literal('error-in-200'), afterEvents: afterEventsSchema.exactOptional() }).readonly(),
  /** The stream falls silent and stays open. */
  z.object({ play: z.literal('stall'), afterEvents: afterEventsSchema }).readonly(),
  /** Status 200 with a web page, as a captive portal sends it. */
  z.object({ play: z.literal('web-page') }).readonly(),
  /** A whole answer that says nothing. */
  z.object({ play: z.literal('empty') }).readonly(),
  /** The key is refused: 401, 402 or 403. */
  z
    .object({ play: z.literal('refuse-key'), httpStatus: z.union([z.literal(401), z.literal(402), z.literal(403)]) })
    .readonly(),
])
export type PracticeStep = z.infer<typeof practiceStepSchema>
