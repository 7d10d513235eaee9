/**
 * Finds fields of the configuration that nobody reads, which mostly are misspelt ones. They are allowed and stay in the
 * file. Names that begin with `$`, such as `$schema` and `$comment`, are nobody's mistake. The content has to fit the
 * schema.
 */
import * as z from 'zod'

export type UnknownField = {
  readonly path: readonly string[]
  /** What could stand there instead. */
  readonly knownNames: readonly string[]
}

export function unknownFieldsOf(
  schema: unknown,
  content: unknown,
  path: readonly string[] = [],
): readonly UnknownField[] {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodUnion) {
    const fitting = inner.options.find((option) => z.safeParse(option, content).success)
    return unknownFieldsOf(fitting, content, path)
  }
  if (typeof content !== 'object' || content === null) return []
  const fields = Object.entries(content)
  if (inner instanceof z.ZodArray) {
    return fields.flatMap(([index, item]) => unknownFieldsOf(inner.element, item, [...path, index]))
  }
  if (inner instanceof z.ZodRecord) {
    return fields.flatMap(([name, value]) => unknownFieldsOf(inner.valueType, value, [...path, name]))
  }
  if (!(inner instanceof z.ZodObject)) return []
  const shape: Readonly<Record<string, unknown>> = inner.shape
  const knownNames = Object.keys(shape)
  return fields.flatMap(([name, value]) => {
    if (knownNames.includes(name)) return unknownFieldsOf(shape[name], value, [...path, name])
    return name.startsWith('$') ? [] : [{ path: [...path, name], knownNames }]
  })
}

function unwrapped(schema: unknown): unknown {
  const isWrapper = schema instanceof z.ZodReadonly || schema instanceof z.ZodExactOptional
  return isWrapper ? unwrapped(schema.unwrap()) : schema
}
