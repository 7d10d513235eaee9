/** The library of prompts. */
import * as z from 'zod'
import { promptSummarySchema } from '../domain/prompt.ts'
import { requestType } from './messageType.ts'

export const prompts = requestType({
  method: 'waybill/prompts',
  doc: 'Lists the prompts of the library and what each yields.',
  params: z.object({}),
  result: z.object({ prompts: z.array(promptSummarySchema).readonly() }),
})
