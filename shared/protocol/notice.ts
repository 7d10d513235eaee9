/** What a person should hear of without having asked. */
import * as z from 'zod'
import { providerIdSchema } from '../domain/ids.ts'
import { notificationType } from './messageType.ts'

export const noticeSchema = z
  .object({
    kind: z.enum(['key-refused']),
    provider: providerIdSchema,
    /** The name of the key; missing: the provider refused although it needs none. */
    key: z.string().exactOptional(),
    /** What the provider answered: 401, 402 or 403. Missing: the key cannot even be sent. */
    httpStatus: z.number().int().exactOptional(),
    message: z.string(),
  })
  .readonly()
export type Notice = z.infer<typeof noticeSchema>

export const notice = notificationType({
  method: 'waybill/notice',
  doc: 'Topic `notices`: something a person should hear of, said once for each incident, such as a key that its provider refused.',
  params: noticeSchema,
})
