/**
 * The shape of config.json, version 1. Unknown fields are allowed; they stay in the file. A key is never written here,
 * only where it lies, such as `"${env:NAME}"`.
 */
import { isAbsolute } from 'node:path'
import * as z from 'zod'
import { budgetNameSchema, budgetSchema } from '../../shared/domain/budget.ts'
import { declaredModelSchema } from '../../shared/domain/declaredModel.ts'
import { dialects } from '../../shared/domain/dialect.ts'
import { profileNameSchema, providerIdSchema } from '../../shared/domain/ids.ts'
import { practiceStepSchema } from '../../shared/domain/practice.ts'
import { profileSchema, timeoutsSchema } from '../../shared/domain/profile.ts'
import { kindsWithoutBaseUrl, providerKinds } from '../../shared/protocol/providers.ts'
import { keysSchema } from './keyNotation.ts'

/** Names that begin so belong to the built-in practice providers and profiles. */
export const reservedPrefix = 'practice'

const baseUrlSchema = z
  .string()
  .refine(
    isPlainHttpUrl,
    'expected a URL that begins with http:// or https:// and holds no user name, password, query ("?") or fragment ("#")',
  )

const providerConfigSchema = z
  .object({
    kind: z.enum([...providerKinds, 'practice']),
    /** Required by `azure`, `bedrock` and `custom`. */
    baseUrl: baseUrlSchema.exactOptional(),
    /** Only for `custom`: what it speaks. Default `openai-chat`. */
    dialect: z.enum(dialects).exactOptional(),
    /** One, or several that are used in turn. */
    key: keysSchema.exactOptional(),
    /** Beside those of the catalogue, and over them. */
    models: z.array(declaredModelSchema).readonly().exactOptional(),
    /** False: only the models that are declared here. */
    catalog: z.boolean().exactOptional(),
    /** For all its models, unless one says otherwise. */
    dataCollection: z.enum(['allow', 'deny']).exactOptional(),
    isZdr: z.boolean().exactOptional(),
    /** Text does not leave this machine. Default: what the kind and the URL say. */
    isLocal: z.boolean().exactOptional(),
    timeouts: timeoutsSchema.exactOptional(),
    /** Only for `practice`: what it does with its first call, its second...; the last stays in force. */
    script: z.array(practiceStepSchema).readonly().exactOptional(),
  })
  .refine((provider) => !kindsWithoutBaseUrl.has(provider.kind) || provider.baseUrl !== undefined, {
    path: ['baseUrl'],
    message: `expected a base URL, which the kinds ${[...kindsWithoutBaseUrl].join(', ')} need`,
  })
  .readonly()
export type ProviderConfig = z.infer<typeof providerConfigSchema>

const proxyWords = 'expected the URL of a proxy, http:// or https://, such as http://proxy.example:3128'

/** How calls to providers leave this machine; what is missing is taken from the environment. */
const networkConfigSchema = z
  .object({
    /** May hold a user name and password: they go to the proxy alone. */
    proxy: z.string().refine(isHttpUrl, proxyWords).exactOptional(),
    /** In the form of NO_PROXY. This machine is never called through a proxy. */
    noProxy: z.string().exactOptional(),
    /** PEM certificates, trusted beside Node's own. */
    extraCaFile: z.string().refine(isAbsolute, 'expected an absolute path').exactOptional(),
  })
  .readonly()

const unreserved = [
  (name: string) => !name.startsWith(reservedPrefix),
  `expected a name that does not begin with “${reservedPrefix}”: those are built in`,
] as const

export const configSchema = z
  .object({
    schema: z.literal(1),
    providers: z
      .record(providerIdSchema.refine(...unreserved), providerConfigSchema)
      .readonly()
      .exactOptional(),
    profiles: z
      .record(profileNameSchema.refine(...unreserved), profileSchema)
      .readonly()
      .exactOptional(),
    defaultProfile: profileNameSchema.exactOptional(),
    /** Prices and limits are fetched anew from `url`, such as https://models.dev/api.json; without it from nowhere. */
    catalog: z
      .object({ url: baseUrlSchema.exactOptional(), refreshHours: z.number().min(1).max(720).exactOptional() })
      .readonly()
      .exactOptional(),
    network: networkConfigSchema.exactOptional(),
    /** Whose prompts and answers are kept beside the journal, with keys replaced; nobody's unless named here. */
    capture: z
      .object({
        /** Real paths of their folders. */
        workspaces: z.array(z.string().refine(isAbsolute, 'expected an absolute path')).readonly(),
        keepDays: z.number().int().min(1).max(3650).exactOptional(),
        maxMegabytes: z.number().min(1).max(100_000).exactOptional(),
      })
      .readonly()
      .exactOptional(),
    /** How long and how much the journal keeps; the oldest whole days go. */
    journal: z
      .object({ keepDays: z.number().int().min(1).exactOptional(), maxMegabytes: z.number().min(1).exactOptional() })
      .readonly()
      .exactOptional(),
    budgets: z.record(budgetNameSchema, budgetSchema).readonly().exactOptional(),
  })
  .readonly()
export type Config = z.infer<typeof configSchema>

/** A year and a month, so that a month can be held against the one a year before; a request takes about 1 KB. */
export function journalLimitsOf({ journal }: Config): { readonly keepDays: number; readonly maxBytes: number } {
  return { keepDays: journal?.keepDays ?? 400, maxBytes: (journal?.maxMegabytes ?? 4_000) * 1_000_000 }
}

export const defaultConfig: Config = { schema: 1 }

/** A query or fragment would stand before the path that is added to it, and what is secret in it is shown in places. */
function isPlainHttpUrl(text: string): boolean {
  if (!isHttpUrl(text) || /[?#]/.test(text)) return false
  const url = new URL(text)
  return url.username === '' && url.password === ''
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
