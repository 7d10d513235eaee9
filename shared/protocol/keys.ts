/** The keys of providers. A value goes in once; nothing ever answers it. */
import * as z from 'zod'
import { providerIdSchema, requestIdSchema } from '../domain/ids.ts'
import { moneySumSchema } from '../domain/money.ts'
import { keyNameSchema, keyPlaces, keyWeightSchema } from '../domain/providerKey.ts'
import { keyStandingStatusSchema } from '../domain/providerStanding.ts'
import { requestType } from './messageType.ts'

/** Visible ASCII, as a header takes it. */
export const keyValueSchema = z
  .string()
  .min(1)
  .max(10_000)
  .regex(/^[\x21-\x7e]+$/, 'expected a key of visible ASCII characters, without spaces and line ends')

export const keyInfoSchema = z
  .object({
    ...keyStandingStatusSchema.unwrap().shape,
    provider: providerIdSchema,
    /** `work`, or the environment variable. */
    name: z.string(),
    place: z.enum(keyPlaces),
    /** The first 24 bits of a SHA-256 of it, in hexadecimal; missing: no value is known. */
    fingerprint: z.string().exactOptional(),
    /** How often it is used among those that are ready. */
    weight: keyWeightSchema,
    /** Unix milliseconds; missing: never, as far as the journal knows. */
    lastUsedAtMs: z.number().exactOptional(),
  })
  .readonly()
export type KeyInfo = z.infer<typeof keyInfoSchema>

const keyRefSchema = z.object({
  provider: providerIdSchema,
  /** A name of `waybill/keys`. */
  name: z.string().min(1).max(200),
})

const changedKeySchema = z.object({
  key: keyInfoSchema,
  /** What the user should know, such as that no keychain could be used. */
  note: z.string().exactOptional(),
})

export const keys = requestType({
  method: 'waybill/keys',
  doc: 'Lists the keys of all providers or of one, with their fingerprints and how they stand. Those that were locked are tried again first.',
  params: z.object({ provider: providerIdSchema.exactOptional() }),
  result: z.object({
    keys: z.array(keyInfoSchema).readonly(),
    /** Where those of the place `file` lie, in plain text, readable by the user alone. */
    keyFile: z.string(),
  }),
})

export const keysSet = requestType({
  method: 'waybill/keys/set',
  doc: 'Adds a key to a provider of the configuration. The value goes to the keychain if one can be used, else to a file that only the user can read.',
  params: z.object({
    provider: providerIdSchema,
    /** Default `default`. */
    name: keyNameSchema.exactOptional(),
    value: keyValueSchema,
    weight: keyWeightSchema.exactOptional(),
  }),
  result: changedKeySchema,
})

export const keysRotate = requestType({
  method: 'waybill/keys/rotate',
  doc: 'Puts another value in place of a key’s, under the same name. What was known of the old value counts no more.',
  params: z.object({ ...keyRefSchema.shape, value: keyValueSchema }),
  result: changedKeySchema,
})

export const keysTest = requestType({
  method: 'waybill/keys/test',
  doc: 'Asks the provider for its list of models with this key, which costs nothing; or, if `paid` is there, for one token of its cheapest model.',
  params: z.object({ ...keyRefSchema.shape, paid: z.object({ requestId: requestIdSchema }).exactOptional() }),
  result: z.object({
    /** `unproven`: the provider lists its models to anybody. `unknown`: it could not be asked. */
    state: z.enum(['accepted', 'refused', 'unproven', 'unknown']),
    httpStatus: z.number().int().exactOptional(),
    message: z.string(),
    /** Of a paid call. */
    cost: moneySumSchema.exactOptional(),
  }),
})

export const keysDisable = requestType({
  method: 'waybill/keys/disable',
  doc: 'Leaves a key alone from the next call on, until it is enabled.',
  params: keyRefSchema,
  result: changedKeySchema,
})

export const keysEnable = requestType({
  method: 'waybill/keys/enable',
  doc: 'Uses a disabled key again.',
  params: keyRefSchema,
  result: changedKeySchema,
})

export const keysWeigh = requestType({
  method: 'waybill/keys/weigh',
  doc: 'Sets how often a key is used among the provider’s keys that are ready.',
  params: z.object({ ...keyRefSchema.shape, weight: keyWeightSchema }),
  result: changedKeySchema,
})

export const keysRemove = requestType({
  method: 'waybill/keys/remove',
  doc: 'Removes a key from the configuration, and its value from the keychain or the file.',
  params: keyRefSchema,
  result: z.object({
    /** How many keys the provider has left. */
    left: z.number().int().nonnegative(),
  }),
})
