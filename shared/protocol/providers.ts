/** Adding a provider to the configuration. */
import * as z from 'zod'
import { declaredModelSchema } from '../domain/declaredModel.ts'
import { providerIdSchema } from '../domain/ids.ts'
import { requestType } from './messageType.ts'
import { providerStatusSchema } from './status.ts'

export const providerKinds = ['openai', 'openrouter', 'ollama', 'custom'] as const

export const providersAdd = requestType({
  method: 'waybill/providers/add',
  doc: 'Writes a provider and its models to the configuration. The key is named by its environment variable, never given.',
  params: z.object({
    id: providerIdSchema,
    kind: z.enum(providerKinds),
    /** Required by `custom`. */
    baseUrl: z.url().exactOptional(),
    keyEnvironmentName: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
      .exactOptional(),
    models: z.array(declaredModelSchema).min(1).readonly(),
  }),
  result: z.object({ provider: providerStatusSchema }),
})
