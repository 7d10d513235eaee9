/**
 * How config.json names a provider's keys: where each lies, never its value. One or a list of `"${env:NAME}"`,
 * `"${keychain:NAME}"`, `"${file:NAME}"`, or of objects with such a `source` and what is not as usual: `weight`,
 * `isDisabled`. The edits work on what the file says, so that fields nobody knows stay.
 */
import * as z from 'zod'
import {
  type KeyPlace,
  keyNameSchema,
  keyPlaces,
  keyWeightSchema,
  type ProviderKey,
} from '../../shared/domain/providerKey.ts'

const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/
const notation = /^\$\{([a-z]+):([^{}]+)\}$/

const sourceSchema = z
  .string()
  .refine(
    (text) => sourceOf(text) !== undefined,
    `expected "${'$'}{env:NAME}", "${'$'}{keychain:NAME}" or "${'$'}{file:NAME}"`,
  )

const keySchema = z.union([
  sourceSchema,
  z
    .object({ source: sourceSchema, weight: keyWeightSchema.exactOptional(), isDisabled: z.boolean().exactOptional() })
    .readonly(),
])
export const keysSchema = z.union([keySchema, z.array(keySchema).min(1).readonly()])
type Keys = z.infer<typeof keysSchema>

type Source = Pick<ProviderKey, 'name' | 'place'>

/** In the order of the file; of several with one name the first. */
export function providerKeysOf(keys: Keys): readonly ProviderKey[] {
  const all = entriesOf(keys).flatMap((entry) => keyOf(entry) ?? [])
  return all.filter(({ name }, index) => all.findIndex((one) => one.name === name) === index)
}

/**
 * What the file says of its keys, changed to these: what stands there keeps its place and its unknown fields, new ones
 * come last. Undefined: none is left.
 */
export function withKeys(before: unknown, keys: readonly ProviderKey[]): unknown {
  const known = new Map(entriesOf(before).flatMap(namedEntry))
  const wanted = new Map(keys.map((key) => [key.name, key]))
  const names = [...new Set([...known.keys(), ...wanted.keys()])]
  const left = names.flatMap((name) => wanted.get(name) ?? [])
  const entries = left.map((key) => entryOf(key, known.get(key.name)))
  if (entries.length === 0) return undefined
  // One that was no list stays none.
  return entries.length === 1 && !Array.isArray(before) ? entries[0] : entries
}

function namedEntry(entry: unknown): readonly (readonly [string, unknown])[] {
  const key = keyOf(entry)
  return key === undefined ? [] : [[key.name, entry]]
}

function entriesOf(keys: unknown): readonly unknown[] {
  if (keys === undefined) return []
  return Array.isArray(keys) ? keys : [keys]
}

function keyOf(entry: unknown): ProviderKey | undefined {
  const decoded = keySchema.safeParse(entry)
  if (!decoded.success) return undefined
  const fields = typeof decoded.data === 'string' ? { source: decoded.data } : decoded.data
  const source = sourceOf(fields.source)
  if (source === undefined) return undefined
  return { ...source, weight: fields.weight ?? 1, isDisabled: fields.isDisabled ?? false }
}

function entryOf({ name, place, weight, isDisabled }: ProviderKey, before?: unknown): unknown {
  const source = `\${${place}:${name}}`
  const known = typeof before === 'object' && before !== null ? before : {}
  // What is as usual is left out; what stays keeps its place.
  const fields = Object.entries({ ...known, source, weight, isDisabled }).filter(
    ([field, value]) => !(field === 'weight' && value === 1) && !(field === 'isDisabled' && value === false),
  )
  return fields.length === 1 ? source : Object.fromEntries(fields)
}

function sourceOf(text: string): Source | undefined {
  const [, place, name = ''] = notation.exec(text) ?? []
  if (!isPlace(place)) return undefined
  const isName = place === 'env' ? environmentName.test(name) : keyNameSchema.safeParse(name).success
  return isName ? { name, place } : undefined
}

function isPlace(word: string | undefined): word is KeyPlace {
  return keyPlaces.some((place) => place === word)
}
