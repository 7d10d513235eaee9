/**
 * A JSON Schema in the subset that Gemini takes (an OpenAPI 3.0 Schema object): references are put in place, `const` becomes
 * `enum`, `oneOf` becomes `anyOf`, a type list with `null` becomes `nullable`, and what it refuses is left out. A schema that
 * refers to itself is cut after a few levels to "any object".
 * Source: Gemini API reference "Schema" and guide "Structured output" (2026-10).
 */
import { type Json, listOf, recordOf, textOf } from './json.ts'

/** Of references within references. */
const maxReferences = 4
/** Kept as they are. */
const plainKeywords = [
  'title',
  'description',
  'nullable',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'default',
  'required',
] as const
const knownFormats: ReadonlySet<string> = new Set(['date-time', 'enum', 'int32', 'int64', 'float', 'double'])

export function geminiSchemaOf(schema: Json): Json {
  return converted(schema, { root: schema, references: 0 })
}

type Place = { readonly root: Json; readonly references: number }

function converted(schema: Json, place: Place): Json {
  if (typeof schema.$ref === 'string') return referred(schema.$ref, place)
  const merged = withAllOf(schema, place)
  const { type, isNullable } = typeOf(merged)
  const alternatives = [...listOf(merged.anyOf), ...listOf(merged.oneOf)].map((one) => recordOf(one) ?? {})
  const others = alternatives.filter((one) => one.type !== 'null')
  const values = enumOf(merged)
  return {
    ...Object.fromEntries(plainKeywords.flatMap((name) => (merged[name] === undefined ? [] : [[name, merged[name]]]))),
    ...(type !== undefined && { type }),
    ...((isNullable || others.length < alternatives.length) && { nullable: true }),
    ...(values !== undefined && { type: 'string', enum: values }),
    ...(knownFormats.has(textOf(merged.format)) && { format: merged.format }),
    ...(recordOf(merged.items) !== undefined && { items: converted(recordOf(merged.items) ?? {}, place) }),
    ...propertiesOf(merged, place),
    ...(others.length > 0 && { anyOf: others.map((one) => converted(one, place)) }),
  }
}

function propertiesOf(schema: Json, place: Place): Json {
  const properties = Object.entries(recordOf(schema.properties) ?? {})
  if (properties.length === 0) return {}
  const made = properties.map(([name, one]) => [name, converted(recordOf(one) ?? {}, place)])
  return { properties: Object.fromEntries(made), propertyOrdering: properties.map(([name]) => name) }
}

function referred(reference: string, place: Place): Json {
  const target = reference
    .replace(/^#\/?/, '')
    .split('/')
    .filter((step) => step !== '')
    .reduce<unknown>((at, step) => recordOf(at)?.[unescaped(step)], place.root)
  const found = recordOf(target)
  if (found === undefined || place.references >= maxReferences) return { type: 'object' }
  return converted(found, { ...place, references: place.references + 1 })
}

/** RFC 6901. */
function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** One schema that demands what all of them do, as far as a later keyword does not contradict an earlier one. */
function withAllOf(schema: Json, place: Place): Json {
  const parts = listOf(schema.allOf).map((one) => {
    const part = recordOf(one) ?? {}
    return typeof part.$ref === 'string' ? referred(part.$ref, place) : part
  })
  if (parts.length === 0) return schema
  const all = [schema, ...parts]
  return {
    ...Object.assign({}, ...parts),
    ...schema,
    properties: Object.assign({}, ...all.map((one) => recordOf(one.properties) ?? {})),
    required: [...new Set(all.flatMap((one) => listOf(one.required)))],
  }
}

function typeOf(schema: Json): { readonly type: string | undefined; readonly isNullable: boolean } {
  const types = Array.isArray(schema.type) ? schema.type.map(textOf) : [textOf(schema.type)]
  const [type] = types.filter((one) => one !== 'null' && one !== '')
  const implied = recordOf(schema.properties) === undefined ? undefined : 'object'
  return { type: type ?? implied, isNullable: types.includes('null') }
}

/** Only texts may be listed; a list of numbers is left out, and its type stays. */
function enumOf(schema: Json): readonly unknown[] | undefined {
  const values = schema.const === undefined ? listOf(schema.enum) : [schema.const]
  const texts = values.filter((value) => typeof value === 'string')
  return texts.length > 0 && texts.length === values.filter((value) => value !== null).length ? texts : undefined
}
