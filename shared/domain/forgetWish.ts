/** What the user wants forgotten: all requests of one workspace, those of the days before one, or all. */
import * as z from 'zod'

export const forgetWishSchema = z.discriminatedUnion('kind', [
  /** Real path of the workspace's folder. */
  z.object({ kind: z.literal('workspace'), path: z.string().min(1) }).readonly(),
  /** UTC day of the calendar, YYYY-MM-DD; that day itself stays. */
  z.object({ kind: z.literal('before'), day: z.iso.date('expected a day that exists, as YYYY-MM-DD') }).readonly(),
  z.object({ kind: z.literal('all') }).readonly(),
])
export type ForgetWish = z.infer<typeof forgetWishSchema>
