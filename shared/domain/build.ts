/** Which build of Waybill a program is: its version as in Semantic Versioning 2.0.0, and when it was built, in Unix milliseconds. */
import * as z from 'zod'

export const buildSchema = z
  .object({ version: z.string().min(1).max(100), builtAtMs: z.number().nonnegative() })
  .readonly()
export type Build = z.infer<typeof buildSchema>
