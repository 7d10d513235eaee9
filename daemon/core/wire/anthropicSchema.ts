/**
 * A JSON Schema in the subset that Claude's structured outputs take: every object is closed, limits such as `minimum` or
 * `pattern` are dropped, `oneOf` becomes `anyOf`, and what `allOf` adds is merged. What stays allows at least what the schema
 * allows, but for properties that it does not name.
 *
 * A schema that refers to itself or to another document cannot be said: `undefined`.
 * Source: Claude platform documentation "Structured outputs", "JSON Schema limitations" (platform.claude.com/docs, 2026-11).
 */
import { type Json, listOf, recordOf } from './json.ts'

export function anthropicSchemaOf(schema: Json): Json | undefined {
  const place: Place = { root: schema, mergedParts: 0 }
  if (refersBadly(schema, [], { root: schema, cleared: new Set() })) return undefined
  const converted = recordOf(convert(schema, place))
  return place.mergedParts > maxMergedParts ? undefined : converted
}

/** References among the parts of `allOf` can double at each step; schemas of today merge a few. */
const maxMergedParts = 1_000

type Place = { readonly root: Json; mergedParts: number }

const kept = ['title', 'description', 'default', 'const', 'type'] as const

const formats: ReadonlySet<unknown> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
])

function convert(value: unknown, place: Place): unknown {
  const given = recordOf(value)
  if (given === undefined) return value
  const definitions = definitionsOf(given, place)
  // Nothing may stand beside a reference.
  if (typeof given.$ref === 'string') return { $ref: given.$ref, ...definitions }
  const schema = merged(given, place)
  const choice = listOf(schema.anyOf ?? schema.oneOf)
  const { minItems } = schema
  return dropUndefined({
    ...Object.fromEntries(kept.map((name) => [name, schema[name]])),
    enum: Array.isArray(schema.enum) ? schema.enum : undefined,
    format: formats.has(schema.format) ? schema.format : undefined,
    anyOf: choice.length > 0 ? choice.map((inner) => convert(inner, place)) : undefined,
    items: recordOf(schema.items) === undefined ? undefined : convert(schema.items, place),
    minItems: minItems === 0 || minItems === 1 ? minItems : undefined,
    ...objectOf(schema, place),
    ...definitions,
  })
}

function objectOf(schema: Json, place: Place): Json {
  const properties = recordOf(schema.properties)
  if (properties === undefined && ![schema.type].flat().includes('object')) return {}
  const required = listOf(schema.required).filter((name) => Object.hasOwn(properties ?? {}, String(name)))
  return {
    properties: convertEach(properties ?? {}, place),
    required: required.length > 0 ? required : undefined,
    additionalProperties: false,
  }
}

function definitionsOf(schema: Json, place: Place): Json {
  return dropUndefined({
    $defs: recordOf(schema.$defs) && convertEach(recordOf(schema.$defs) ?? {}, place),
    definitions: recordOf(schema.definitions) && convertEach(recordOf(schema.definitions) ?? {}, place),
  })
}

function convertEach(schemas: Json, place: Place): Json {
  return Object.fromEntries(Object.entries(schemas).map(([name, inner]) => [name, convert(inner, place)]))
}

/** With the schemas of its `allOf` in it: closed one by one they would exclude each other. */
function merged(schema: Json, place: Place): Json {
  const { allOf, ...own } = schema
  let sum: Json = own
  for (const value of listOf(allOf)) {
    place.mergedParts += 1
    if (place.mergedParts > maxMergedParts) break
    const part = recordOf(value) ?? {}
    const { $ref, ...beside } = part
    const added = merged(typeof $ref === 'string' ? { ...targetOf($ref, place.root), ...beside } : part, place)
    sum = joined(sum, added)
  }
  return sum
}

/** What `one` says itself counts. */
function joined(one: Json, other: Json): Json {
  const properties = { ...recordOf(other.properties), ...recordOf(one.properties) }
  const required = [...new Set([...listOf(one.required), ...listOf(other.required)])]
  return { ...other, ...one, ...(Object.keys(properties).length > 0 && { properties }), required }
}

type Search = {
  readonly root: Json
  /** What was followed to its end. */
  readonly cleared: Set<string>
}

/** Follows every reference; what is being followed must not come again, and must lie in the document. */
function refersBadly(value: unknown, following: readonly string[], search: Search): boolean {
  if (Array.isArray(value)) return value.some((inner) => refersBadly(inner, following, search))
  return Object.entries(recordOf(value) ?? {}).some(([name, inner]) => {
    if (name !== '$ref' || typeof inner !== 'string') return refersBadly(inner, following, search)
    if (following.includes(inner) || !inner.startsWith('#')) return true
    if (search.cleared.has(inner)) return false
    const isBad = refersBadly(targetOf(inner, search.root), [...following, inner], search)
    search.cleared.add(inner)
    return isBad
  })
}

/** `#/$defs/Name`; what is not found is empty. */
function targetOf(ref: string, root: Json): Json {
  const steps = ref
    .replace(/^#\/?/, '')
    .split('/')
    .filter((step) => step !== '')
  let found: unknown = root
  for (const step of steps) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    const inside = recordOf(found) ?? {}
    found = Object.hasOwn(inside, name) ? inside[name] : undefined
  }
  return recordOf(found) ?? {}
}

function dropUndefined(record: Json): Json {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
