/**
 * A JSON Schema in the subset that Gemini reads (`responseJsonSchema`, `parametersJsonSchema`).
 *
 * `$ref` is put in its place, `const` becomes `enum`, `oneOf` becomes `anyOf`, `allOf` is merged; every other keyword
 * that the subset lacks is dropped, so that the result allows at least what the schema allows. A schema that refers to itself is
 * cut at its second turn, and one that would grow beyond all bounds at `maxNodes`: there any value of that type goes.
 * Source: Gemini API, "Structured outputs", section "JSON schema support", and the reference of GenerationConfig
 * (ai.google.dev/gemini-api/docs/structured-output, 2026-10).
 */
import { type Json, listOf, recordOf } from './json.ts'

/** Google refuses very large and very deep schemas without naming a number; tools of today stay far below. */
const maxNodes = 2000
const maxLevels = 32

export function geminiSchemaOf(schema: Json): Json {
  const root: Place = { root: schema, refs: [], level: 0, budget: { nodes: 0 } }
  return convert(schema, root)
}

type Place = {
  readonly root: Json
  /** The references that led here. */
  readonly refs: readonly string[]
  readonly level: number
  readonly budget: { nodes: number }
}

function convert(value: unknown, place: Place): Json {
  const schema = recordOf(value)
  // `true` allows anything; what allows nothing cannot be said.
  if (schema === undefined) return {}
  const flat = flatOf(schema, place)
  const inner = { ...place, refs: flat.refs, level: place.level + 1 }
  place.budget.nodes += 1
  if (flat.isCut || place.level >= maxLevels || place.budget.nodes > maxNodes) return withoutInside(flat.schema)
  return dropUndefined({ ...withoutInside(flat.schema), ...limitsOf(flat.schema), ...insideOf(flat.schema, inner) })
}

type Flat = { readonly schema: Json; readonly refs: readonly string[]; readonly isCut: boolean }

/** The schema with its `$ref` and `allOf` put in their place. */
function flatOf(schema: Json, place: Place): Flat {
  let flat: Flat = { schema, refs: place.refs, isCut: false }
  // Each turn takes one reference out, and none is taken twice.
  while (typeof flat.schema.$ref === 'string' && !flat.isCut) {
    const { $ref, ...beside } = flat.schema
    const target = recordOf(targetOf(place.root, $ref as string)) ?? {}
    const merged = merge(target, beside)
    flat = { schema: merged, refs: [...flat.refs, $ref as string], isCut: flat.refs.includes($ref as string) }
  }
  for (const part of listOf(flat.schema.allOf)) {
    if (flat.isCut || place.level >= maxLevels) break
    const inner = flatOf(recordOf(part) ?? {}, { ...place, refs: flat.refs, level: place.level + 1 })
    // What is referred to a second time has been merged already.
    if (inner.isCut) continue
    const { allOf: _, ...rest } = inner.schema
    flat = { schema: merge(flat.schema, rest), refs: inner.refs, isCut: false }
  }
  return flat
}

function merge(one: Json, other: Json): Json {
  const properties = { ...recordOf(one.properties), ...recordOf(other.properties) }
  const required = [...listOf(one.required), ...listOf(other.required)]
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required: [...new Set(required)] }),
  }
}

/** `#`, `#/$defs/Name`: only what lies in the same document can be found. */
function targetOf(root: Json, ref: string): unknown {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  return ref
    .slice(2)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((node, step) => childOf(node, step), root)
}

function childOf(node: unknown, step: string): unknown {
  return typeof node === 'object' && node !== null && Object.hasOwn(node, step) ? (node as Json)[step] : undefined
}

function withoutInside(schema: Json): Json {
  const choices = choicesOf(schema)
  const type = choices === undefined ? typeOf(schema) : (typeOf(schema) ?? typeOfChoices(choices))
  return dropUndefined({
    type,
    title: stringOf(schema.title),
    description: stringOf(schema.description),
    enum: isEnumerable(choices) ? choices : undefined,
    format: formats.has(schema.format) ? schema.format : undefined,
  })
}

/** Of strings; others are refused. */
const formats: ReadonlySet<unknown> = new Set(['date-time', 'date', 'time'])

const types: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

function typeOf(schema: Json): unknown {
  const named = listOf(Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => types.has(type))
  // OpenAPI's word for it.
  if (schema.nullable === true && named.length > 0 && !named.includes('null')) named.push('null')
  if (named.length > 0) return named.length === 1 ? named[0] : [...new Set(named)]
  if (recordOf(schema.properties) !== undefined) return 'object'
  return schema.items === undefined && schema.prefixItems === undefined ? undefined : 'array'
}

/** The values of `const` or `enum`; null is said by the type. */
function choicesOf(schema: Json): readonly unknown[] | undefined {
  if (schema.const !== undefined) return [schema.const]
  return Array.isArray(schema.enum) ? schema.enum : undefined
}

function isEnumerable(choices: readonly unknown[] = []): boolean {
  return choices.length > 0 && choices.every((choice) => typeof choice === 'string' || typeof choice === 'number')
}

function typeOfChoices(choices: readonly unknown[]): unknown {
  const found = [...new Set(choices.map(typeOfValue))]
  return found.length === 1 ? found[0] : found.length === 0 ? undefined : found
}

function typeOfValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function limitsOf(schema: Json): Json {
  const names = ['minItems', 'maxItems', 'minimum', 'maximum'] as const
  return Object.fromEntries(names.map((name) => [name, typeof schema[name] === 'number' ? schema[name] : undefined]))
}

function insideOf(schema: Json, place: Place): Json {
  const properties = recordOf(schema.properties)
  const named = (list: unknown) =>
    listOf(list).filter((name) => typeof name === 'string' && Object.hasOwn(properties ?? {}, name))
  const choice = listOf(schema.anyOf ?? schema.oneOf)
  return {
    properties:
      properties === undefined
        ? undefined
        : Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, convert(value, place)])),
    required: filledOf(named(schema.required)),
    propertyOrdering: filledOf(named(schema.propertyOrdering)),
    additionalProperties: additionalOf(schema.additionalProperties, place),
    ...itemsOf(schema, place),
    anyOf: filledOf(choice.map((value) => convert(value, place))),
  }
}

function additionalOf(value: unknown, place: Place): unknown {
  if (typeof value === 'boolean') return value
  return recordOf(value) === undefined ? undefined : convert(value, place)
}

/** Older drafts write the items of a tuple as a list. */
function itemsOf(schema: Json, place: Place): Json {
  const tuple = Array.isArray(schema.items) ? schema.items : listOf(schema.prefixItems)
  return {
    prefixItems: filledOf(tuple.map((value) => convert(value, place))),
    items: recordOf(schema.items) === undefined ? undefined : convert(schema.items, place),
  }
}

function filledOf<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length > 0 ? list : undefined
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function dropUndefined(record: Json): Json {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
