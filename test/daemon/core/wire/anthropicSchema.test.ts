import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anthropicSchemaOf } from '../../../../daemon/core/wire/anthropicSchema.ts'

type Schema = Readonly<Record<string, unknown>>
type Row = { readonly name: string; readonly schema: Schema; readonly converted: Schema | undefined }

const string = { type: 'string' }
const closed = (properties: Schema, required?: readonly string[]) => ({
  type: 'object',
  properties,
  ...(required && { required }),
  additionalProperties: false,
})

const rows: readonly Row[] = [
  {
    name: 'every object is closed at each depth',
    schema: {
      type: 'object',
      properties: {
        a: {
          type: 'object',
          properties: { b: { type: 'array', items: { type: 'object', properties: { c: string } } } },
        },
        d: {
          anyOf: [
            { type: ['object', 'null'], properties: { e: string }, additionalProperties: true },
            { type: 'null' },
          ],
        },
        f: { properties: { g: string }, additionalProperties: string },
      },
      required: ['a', 'missing'],
    },
    converted: closed(
      {
        a: closed({ b: { type: 'array', items: closed({ c: string }) } }),
        d: { anyOf: [{ ...closed({ e: string }), type: ['object', 'null'] }, { type: 'null' }] },
        f: { properties: { g: string }, additionalProperties: false },
      },
      ['a'],
    ),
  },
  {
    name: 'limits that are not supported are dropped, those that are stay',
    schema: {
      type: 'object',
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: {
        n: { type: 'integer', minimum: 0, maximum: 9, exclusiveMinimum: 1, multipleOf: 2, default: 4 },
        s: { ...string, minLength: 1, maxLength: 9, pattern: '(?=a)', format: 'email', title: 't', description: 'd' },
        t: { ...string, format: 'phone' },
        l: { type: 'array', items: string, minItems: 2, maxItems: 3, uniqueItems: true },
        m: { type: 'array', items: string, minItems: 1 },
        k: { const: 'x' },
        e: { enum: ['a', null] },
        o: { type: 'object', minProperties: 1, patternProperties: { a: string }, not: string },
      },
    },
    converted: closed({
      n: { type: 'integer', default: 4 },
      s: { ...string, format: 'email', title: 't', description: 'd' },
      t: string,
      l: { type: 'array', items: string },
      m: { type: 'array', items: string, minItems: 1 },
      k: { const: 'x' },
      e: { enum: ['a', null] },
      o: closed({}),
    }),
  },
  {
    name: 'oneOf becomes anyOf',
    schema: { oneOf: [string, { type: 'number', minimum: 1 }] },
    converted: { anyOf: [string, { type: 'number' }] },
  },
  {
    name: 'what allOf adds is merged, references included',
    schema: {
      $defs: { Base: { type: 'object', properties: { a: string }, required: ['a'] } },
      allOf: [{ $ref: '#/$defs/Base' }, { properties: { b: string }, required: ['b'] }],
      description: 'own',
    },
    converted: {
      ...closed({ a: string, b: string }, ['a', 'b']),
      description: 'own',
      $defs: { Base: closed({ a: string }, ['a']) },
    },
  },
  {
    name: 'references stay, alone, and what they refer to is closed',
    schema: {
      type: 'object',
      properties: { a: { $ref: '#/definitions/A', description: 'x' }, b: { $ref: '#/definitions/A' } },
      definitions: { A: { type: 'object', properties: { n: { type: 'number', minimum: 1 } } } },
    },
    converted: {
      ...closed({ a: { $ref: '#/definitions/A' }, b: { $ref: '#/definitions/A' } }),
      definitions: { A: closed({ n: { type: 'number' } }) },
    },
  },
  {
    name: 'properties may have the names of keywords',
    schema: {
      type: 'object',
      properties: { minimum: string, $ref: string, properties: { type: 'object', properties: {} } },
    },
    converted: closed({ minimum: string, $ref: string, properties: closed({}) }),
  },
  {
    name: 'a schema that refers to itself cannot be said',
    schema: {
      $ref: '#/$defs/Tree',
      $defs: { Tree: { type: 'object', properties: { kids: { items: { $ref: '#/$defs/Tree' } } } } },
    },
    converted: undefined,
  },
  {
    name: 'nor one that refers to itself as a whole, or by a detour',
    schema: {
      type: 'object',
      properties: { a: { $ref: '#/$defs/A' } },
      $defs: { A: { allOf: [{ $ref: '#/$defs/B' }] }, B: { items: { $ref: '#' } } },
    },
    converted: undefined,
  },
  {
    name: 'nor one that refers to another document',
    schema: { $ref: 'https://example.org/x.json' },
    converted: undefined,
  },
]

for (const { name, schema, converted } of rows) {
  test(`a schema for structured outputs: ${name}`, () => assert.deepEqual(anthropicSchemaOf(schema), converted))
}

test('references that double at each step are given up in no time', () => {
  const steps = 40
  const part = (at: number) => ({ $ref: `#/$defs/S${at}` })
  const $defs = Object.fromEntries(
    Array.from({ length: steps }, (_, at) => [
      `S${at}`,
      at === steps - 1 ? string : { allOf: [part(at + 1), part(at + 1)] },
    ]),
  )
  assert.equal(anthropicSchemaOf({ ...part(0), $defs }), undefined)
  const wide = Object.fromEntries(
    Array.from({ length: steps }, (_, at) => [
      `S${at}`,
      at === steps - 1 ? string : { anyOf: [part(at + 1), part(at + 1)] },
    ]),
  )
  assert.notEqual(anthropicSchemaOf({ ...part(0), $defs: wide }), undefined)
})

const { tree } = fc.letrec<{ tree: Schema }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constant(string),
    fc.record(
      {
        type: fc.constantFrom('object', 'array', 'string', ['object', 'null']),
        properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('tree'), { maxKeys: 2 }),
        items: tie('tree'),
        anyOf: fc.array(tie('tree'), { maxLength: 2 }),
        allOf: fc.array(tie('tree'), { maxLength: 2 }),
        minimum: fc.integer(),
        additionalProperties: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  ),
}))

test('whatever the schema, every object in it is closed and no limit is left', () => {
  fc.assert(
    fc.property(tree, (schema) => {
      const converted = anthropicSchemaOf(schema) ?? {}
      for (const inner of schemasWithin(converted)) {
        if ([inner.type].flat().includes('object')) assert.equal(inner.additionalProperties, false)
        assert.ok(!('minimum' in inner) && !('allOf' in inner) && inner.additionalProperties !== true)
      }
    }),
  )
})

function schemasWithin(schema: Schema): readonly Schema[] {
  const { properties = {}, items, anyOf = [] } = schema as { properties?: object; items?: Schema; anyOf?: Schema[] }
  const inner = [...Object.values(properties), ...anyOf, ...(items === undefined ? [] : [items])]
  return [schema, ...inner.flatMap(schemasWithin)]
}
