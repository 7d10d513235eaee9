/** One of a provider's keys as the configuration names it: where its value lies, never the value. */
import * as z from 'zod'

/**
 * Where a value lies. `env`: in an environment variable of that name, as clients pass it on. `keychain`: in the operating
 * system's. `file`: in a file in the state folder that only the user can read.
 */
export const keyPlaces = ['env', 'keychain', 'file'] as const
export type KeyPlace = (typeof keyPlaces)[number]

/** Short, so that a key that is given by mistake mostly does not fit. */
export const keyNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,29}$/, 'expected 1 to 30 characters of A-Z a-z 0-9 _ . -')

/** How often it is used among the provider's keys that are ready: twice as often with twice the weight. */
export const keyWeightSchema = z.number().int().min(1).max(100)

export type ProviderKey = {
  /** One provider's keys all have other names. */
  readonly name: string
  readonly place: KeyPlace
  readonly weight: number
  readonly isDisabled: boolean
}
