/** What the daemon is and how it is. */
import * as z from 'zod'
import { profileNameSchema, providerIdSchema, requestIdSchema } from '../domain/ids.ts'
import { keyStandingStatusSchema, openBreakerSchema, waitingRequestSchema } from '../domain/providerStanding.ts'
import { notificationType, requestType } from './messageType.ts'
import { handOverStatusSchema } from './takeover.ts'

export const providerStates = ['ready', 'no-key', 'invalid'] as const

/**
 * What a problem does. `refused`: nothing of the new file is in force. `leads-nowhere`: a name that nothing has; the rest
 * of the file is in force. `ignored`: a field that nobody reads; the rest of the file is in force.
 */
export const configProblemEffects = ['refused', 'leads-nowhere', 'ignored'] as const

/**
 * Which configuration is in force. `newest`: the file as it is, or the built-in defaults because there is none.
 * `last-good`: the file is refused, and what it said before goes on. `defaults`: it is refused and none went before.
 */
export const configsInForce = ['newest', 'last-good', 'defaults'] as const
export type ConfigInForce = (typeof configsInForce)[number]

export const configProblemSchema = z
  .object({
    file: z.string(),
    /** Where in the file, such as `providers.openai.key` or `line 3, column 7`. */
    place: z.string(),
    expected: z.string(),
    found: z.string(),
    effect: z.enum(configProblemEffects),
  })
  .readonly()
export type ConfigProblem = z.infer<typeof configProblemSchema>

export const providerStatusSchema = z
  .object({
    id: providerIdSchema,
    kind: z.string(),
    baseUrl: z.string(),
    state: z.enum(providerStates),
    isLocal: z.boolean(),
    isPractice: z.boolean(),
    /** The first environment variable that holds a key of it, if one does. */
    keyEnvironmentName: z.string().exactOptional(),
    /** Each of its keys in turn, or one without a name. Missing: an older daemon. */
    keys: z.array(keyStandingStatusSchema).readonly().exactOptional(),
    /** Of its endpoints those whose circuit breaker is not closed. Missing: an older daemon. */
    openBreakers: z.array(openBreakerSchema).readonly().exactOptional(),
    modelCount: z.number().int().nonnegative(),
    lastSuccessAtMs: z.number().exactOptional(),
    lastFailureAtMs: z.number().exactOptional(),
  })
  .readonly()
export type ProviderStatus = z.infer<typeof providerStatusSchema>

/** How calls to providers leave this machine. Addresses of this machine are never called through a proxy. */
export const networkStatusSchema = z
  .object({
    proxies: z
      .array(
        z.object({
          scheme: z.enum(['http', 'https']),
          /** Without user name and password. */
          url: z.string(),
          /** Where it is set, such as `network.proxy` or `HTTPS_PROXY`. */
          source: z.string(),
        }),
      )
      .readonly(),
    /** What is called without a proxy, as it is set. */
    noProxy: z.string().exactOptional(),
    /** Certificates that are trusted beside Node's own. */
    extraCa: z.object({ file: z.string(), certificates: z.number().int().positive() }).exactOptional(),
  })
  .readonly()
export type NetworkStatus = z.infer<typeof networkStatusSchema>

/** Where models, prices and limits come from, beside what is declared. */
export const catalogStatusSchema = z
  .object({
    /** YYYY-MM-DD; missing: nothing of it was needed so far. */
    date: z.string().exactOptional(),
    /** Where the configuration says that it is fetched from; missing: it is the one that the program brings along. */
    url: z.string().exactOptional(),
    /** Why the last fetch failed, in words; what was known before stays in force. Missing: it did not fail. */
    problem: z.string().exactOptional(),
  })
  .readonly()
export type CatalogStatus = z.infer<typeof catalogStatusSchema>

export const status = requestType({
  method: 'waybill/status',
  doc: 'Says which daemon this is, where its files lie, what it is doing and what is wrong with its configuration.',
  params: z.object({}),
  result: z.object({
    version: z.string(),
    /** When its build was made. Missing: an older daemon. */
    builtAtMs: z.number().exactOptional(),
    /** Missing: nobody asked it to go. */
    handOver: handOverStatusSchema.exactOptional(),
    pid: z.number().int(),
    node: z.string(),
    startedAtMs: z.number(),
    socketPath: z.string(),
    configFile: z.string(),
    stateFolder: z.string(),
    logFile: z.string(),
    defaultProfile: profileNameSchema,
    connections: z.number().int().nonnegative(),
    requestsUnderWay: z.array(requestIdSchema).readonly(),
    /** Of these the ones that wait because every endpoint of theirs is cooling, or for room in a budget. Missing: an older daemon. */
    requestsWaiting: z.array(waitingRequestSchema).readonly().exactOptional(),
    memoryBytes: z.number().int().nonnegative(),
    /** Missing: it stays up. */
    idleExitMs: z.number().exactOptional(),
    providers: z.array(providerStatusSchema).readonly(),
    configProblems: z.array(configProblemSchema).readonly(),
    configInForce: z.enum(configsInForce),
    /** Missing: an older daemon, which knows no proxy. */
    network: networkStatusSchema.exactOptional(),
    /** Missing: an older daemon. */
    catalog: catalogStatusSchema.exactOptional(),
    /** Keys that lie in a file in plain text, because no keychain could be used. Missing: none, or an older daemon. */
    keyFile: z.object({ path: z.string(), keys: z.number().int().positive() }).exactOptional(),
    /** `open`: requests are admitted. `unavailable`: the journal cannot be written, and why. */
    ledger: z.object({ state: z.enum(['open', 'unavailable']), reason: z.string().exactOptional() }),
  }),
})

export const configChanged = notificationType({
  method: 'waybill/config/changed',
  doc: 'Topic `config`: the configuration was read again; problems are those of the new reading.',
  params: z.object({ problems: z.array(configProblemSchema).readonly() }),
})
