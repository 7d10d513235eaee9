/** Ending the daemon. */
import * as z from 'zod'
import { requestType } from './messageType.ts'

export const shutdown = requestType({
  method: 'waybill/shutdown',
  doc: 'Ends the daemon: answers first, then cancels what is under way (journalled as interrupted), writes its state and exits.',
  params: z.object({}),
  result: z.object({ requestsInterrupted: z.number().int().nonnegative() }),
})
