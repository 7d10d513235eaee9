/** Adding a provider to the configuration. */
import * as z from 'zod'
import { declaredModelSchema } from '../domain/declaredModel.ts'
import { dialects } from '../domain/dialect.ts'
import { providerIdSchema } from '../domain/ids.ts'
import { requestType } from './messageType.ts'
import { providerStatusSchema } from './status.ts'

export const providerKinds = [
  'openai',
  'anthropic',
  'google',
  'openrouter',
  'azure',
  'bedrock',
  'groq',
  'mistral',
  'deepseek',
  'xai',
  'cohere',
  'together',
  'fireworks',
  'cerebras',
  'perplexity',
  'moonshot',
  'zai',
  'nvidia',
  'github-models',
  'huggingface',
  'deepinfra',
  'ollama',
  'lmstudio',
  'llamacpp',
  'vllm',
  'custom',
] as const
export type ProviderKind = (typeof providerKinds)[number]

/** The user must say where these are: at an address of their own. */
export const kindsWithoutBaseUrl: ReadonlySet<string> = new Set(['azure', 'bedrock', 'custom'])

export const providersAdd = requestType({
  method: 'waybill/providers/add',
  doc: 'Writes a provider and what models the user declares for it to the configuration. A key is never given here; it may be named by its environment variable.',
  params: z.object({
    id: providerIdSchema,
    kind: z.enum(providerKinds),
    /** Required by `azure`, `bedrock` and `custom`. */
    baseUrl: z.url().exactOptional(),
    /** Only for `custom`; default `openai-chat`. */
    dialect: z.enum(dialects).exactOptional(),
    keyEnvironmentName: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
      .exactOptional(),
    /** Missing: those that are known of its kind. */
    models: z.array(declaredModelSchema).min(1).readonly().exactOptional(),
  }),
  result: z.object({ provider: providerStatusSchema }),
})
