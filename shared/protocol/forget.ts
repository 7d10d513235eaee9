/** Taking past requests out of everything that is kept of them. */
import * as z from 'zod'
import { forgetWishSchema } from '../domain/forgetWish.ts'
import { requestType } from './messageType.ts'

export const journalForget = requestType({
  method: 'waybill/journal/forget',
  doc: 'Takes the requests of a workspace, of the days before one, or all out of the journal, decisions and statistics.',
  params: z.object({ wish: forgetWishSchema }),
  result: z.object({
    /** How many requests were forgotten. Those under way are left. */
    requests: z.number().int().nonnegative(),
    /** Days, YYYY-MM-DD, of which nothing is left. */
    removedDays: z.array(z.string()).readonly(),
    /** What else was kept of them and could not be removed, in words. */
    problems: z.array(z.string()).readonly(),
  }),
})
