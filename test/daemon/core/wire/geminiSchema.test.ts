import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { geminiSchemaOf } from '../../../../daemon/core/wire/geminiSchema.ts'

type Row = { readonly name: string; readonly schema: Record<string, unknown>; readonly gemini: object }

const text = { type: 'string' }

const rows: readonly Row[] = [
  {
    name: 'an object stays what it is',
    schema: { type: 'object', properties: { a: text }, required: ['a'], additionalProperties: false },
    gemini: { type: 'object', properties: { a: text }, required: ['a'], additionalProperties: false },
  },
  {
    name: 'what the subset lacks is dropped',
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'x',
      type: 'string',
      pattern: '^a',
      minLength: 1,
      default: 'a',
      examples: ['a'],
      format: 'email',
    },
    gemini: text,
  },
  {
    name: 'formats of time stay',
    schema: { type: 'string', format: 'date-time' },
    gemini: { type: 'string', format: 'date-time' },
  },
  { name: 'const becomes enum', schema: { const: 'a' }, gemini: { type: 'string', enum: ['a'] } },
  { name: 'a const number', schema: { type: 'number', const: 1.5 }, gemini: { type: 'number', enum: [1.5] } },
  { name: 'a const that no enum holds leaves its type', schema: { const: true }, gemini: { type: 'boolean' } },
  { name: 'a const null', schema: { const: null }, gemini: { type: 'null' } },
  { name: 'an enum with null leaves its types', schema: { enum: ['a', null] }, gemini: { type: ['string', 'null'] } },
  { name: 'several types', schema: { type: ['string', 'null', 'file'] }, gemini: { type: ['string', 'null'] } },
  { name: "OpenAPI's nullable", schema: { type: 'string', nullable: true }, gemini: { type: ['string', 'null'] } },
  {
    name: 'oneOf becomes anyOf',
    schema: { oneOf: [text, { const: 1 }] },
    gemini: { anyOf: [text, { type: 'integer', enum: [1] }] },
  },
  {
    name: 'allOf is merged',
    schema: {
      allOf: [
        { type: 'object', properties: { a: text }, required: ['a'] },
        { properties: { b: text }, required: ['b'] },
      ],
      description: 'd',
    },
    gemini: { type: 'object', description: 'd', properties: { a: text, b: text }, required: ['a', 'b'] },
  },
  {
    name: '$ref is put in its place, and what stands beside it wins',
    schema: {
      type: 'object',
      properties: { a: { $ref: '#/$defs/A', description: 'mine' }, b: { $ref: '#/$defs/A' } },
      $defs: { A: { type: 'string', description: 'its' } },
    },
    gemini: {
      type: 'object',
      properties: { a: { type: 'string', description: 'mine' }, b: { type: 'string', description: 'its' } },
    },
  },
  {
    name: 'a $ref with escaped steps, through another',
    schema: { $ref: '#/definitions/a~1b', definitions: { 'a/b': { $ref: '#/definitions/c' }, c: text } },
    gemini: text,
  },
  {
    name: 'a $ref that leads nowhere allows anything',
    schema: { type: 'object', properties: { a: { $ref: 'other.json' } } },
    gemini: { type: 'object', properties: { a: {} } },
  },
  { name: 'a $ref to itself', schema: { $ref: '#' }, gemini: {} },
  {
    name: 'two bases that share a third',
    schema: {
      allOf: [{ $ref: '#/$defs/A' }, { $ref: '#/$defs/B' }],
      $defs: {
        A: { type: 'object', properties: { a: text } },
        B: { allOf: [{ $ref: '#/$defs/A' }], properties: { b: text } },
      },
    },
    gemini: { type: 'object', properties: { a: text, b: text } },
  },
  {
    name: 'a tree is cut at its second turn',
    schema: {
      $ref: '#/$defs/Node',
      $defs: {
        Node: { type: 'object', properties: { name: text, next: { $ref: '#/$defs/Node' } }, required: ['name'] },
      },
    },
    gemini: { type: 'object', properties: { name: text, next: { type: 'object' } }, required: ['name'] },
  },
  {
    name: 'a tuple of older drafts',
    schema: { type: 'array', items: [text, { type: 'number' }], maxItems: 2 },
    gemini: { type: 'array', prefixItems: [text, { type: 'number' }], maxItems: 2 },
  },
  {
    name: 'required names only what there is',
    schema: { properties: { a: text }, required: ['a', 'b', 'toString', 7] },
    gemini: { type: 'object', properties: { a: text }, required: ['a'] },
  },
  {
    name: 'a property of any name is a property',
    schema: JSON.parse(
      '{"type":"object","properties":{"__proto__":{"const":"a"},"pattern":{"type":"string","pattern":"x"}}}',
    ),
    gemini: JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string","enum":["a"]},"pattern":{"type":"string"}}}',
    ),
  },
]

for (const row of rows) {
  test(`15: ${row.name}`, () => {
    assert.equal(JSON.stringify(sorted(geminiSchemaOf(row.schema))), JSON.stringify(sorted(row.gemini)))
  })
}

/** With the keys of every object in order; as text, so that `__proto__` is compared too. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)])
}

test('15: a schema that doubles at every step stays small', () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [
      `D${at}`,
      { type: 'object', properties: { a: { $ref: `#/$defs/D${at + 1}` }, b: { $ref: `#/$defs/D${at + 1}` } } },
    ]),
  )
  const written = JSON.stringify(geminiSchemaOf({ $ref: '#/$defs/D0', $defs }))
  assert.ok(written.length < 1_000_000, `${written.length} characters`)
})

const supported = new Set([
  'type',
  'title',
  'description',
  'enum',
  'format',
  'properties',
  'required',
  'propertyOrdering',
  'additionalProperties',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'anyOf',
])

function assertSupported(schema: unknown): void {
  assert.ok(typeof schema === 'object' && schema !== null && !Array.isArray(schema))
  const node = schema as Record<string, unknown>
  for (const key of Object.keys(node)) assert.ok(supported.has(key), key)
  for (const inner of Object.values(node.properties ?? {})) assertSupported(inner)
  for (const key of ['anyOf', 'prefixItems']) for (const inner of (node[key] ?? []) as unknown[]) assertSupported(inner)
  if (node.items !== undefined) assertSupported(node.items)
  if (typeof node.additionalProperties === 'object') assertSupported(node.additionalProperties)
  for (const choice of (node.enum ?? []) as unknown[]) assert.ok(['string', 'number'].includes(typeof choice))
}

const { schema: anySchema } = fc.letrec((tie) => {
  const inner = fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constantFrom(text, true, {}), tie('schema'))
  const named = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), inner, { maxKeys: 3 })
  const list = fc.array(inner, { maxLength: 3 })
  return {
    schema: fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
      fc.record(
        {
          $ref: fc.constantFrom('#', '#/$defs/a', '#/$defs/b', '#/properties/c', '#/allOf/0', 'x', '#/%'),
          type: fc.oneof(fc.constantFrom('object', 'string', 'file'), fc.jsonValue()),
          properties: named,
          $defs: named,
          patternProperties: named,
          required: fc.array(fc.constantFrom('a', 'b', 'z')),
          anyOf: list,
          oneOf: list,
          allOf: list,
          items: fc.oneof(inner, list),
          prefixItems: list,
          additionalProperties: inner,
          not: inner,
          const: fc.jsonValue(),
          enum: fc.oneof(fc.array(fc.jsonValue(), { maxLength: 3 }), fc.jsonValue()),
          minimum: fc.jsonValue(),
          format: fc.constantFrom('date', 'email'),
        },
        { requiredKeys: [] },
      ),
    ),
  }
})

test('15: any schema becomes one of supported keywords alone, and the conversion ends', () => {
  fc.assert(
    fc.property(anySchema, (schema) => {
      assertSupported(geminiSchemaOf(schema as Record<string, unknown>))
    }),
    { numRuns: 1000 },
  )
})
