import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { geminiSchemaOf } from '../../../../daemon/core/wire/geminiSchema.ts'

const rows: readonly (readonly [string, object, object])[] = [
  ['a plain type', { type: 'integer', minimum: 1, exclusiveMinimum: 0 }, { type: 'integer', minimum: 1 }],
  ['a constant', { const: 'x' }, { type: 'string', enum: ['x'] }],
  ['a list of texts', { enum: ['a', 'b'] }, { type: 'string', enum: ['a', 'b'] }],
  ['a list of numbers, of which the type stays', { type: 'integer', enum: [1, 2] }, { type: 'integer' }],
  ['a type that may be null', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
  [
    'alternatives, one of them null',
    { oneOf: [{ type: 'string' }, { type: 'null' }] },
    { nullable: true, anyOf: [{ type: 'string' }] },
  ],
  ['a known and an unknown format', { type: 'string', format: 'date-time' }, { type: 'string', format: 'date-time' }],
  ['an unknown format', { type: 'string', format: 'uuid' }, { type: 'string' }],
  [
    'properties in their order, without what is refused',
    {
      properties: { b: { type: 'string' }, a: { type: 'number' } },
      required: ['a'],
      additionalProperties: false,
      $schema: 'x',
    },
    {
      type: 'object',
      properties: { b: { type: 'string' }, a: { type: 'number' } },
      propertyOrdering: ['b', 'a'],
      required: ['a'],
    },
  ],
  [
    'a reference, in its place',
    { type: 'object', properties: { one: { $ref: '#/$defs/a~1b' } }, $defs: { 'a/b': { type: 'string' } } },
    { type: 'object', properties: { one: { type: 'string' } }, propertyOrdering: ['one'] },
  ],
  ['a reference to nowhere', { $ref: '#/$defs/gone' }, { type: 'object' }],
  [
    'parts that all hold',
    { allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }, { properties: { b: { type: 'string' } } }] },
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      propertyOrdering: ['a', 'b'],
      required: ['a'],
    },
  ],
]

for (const [name, schema, expected] of rows) {
  test(`15: ${name}`, () => {
    assert.deepEqual(geminiSchemaOf(schema as Readonly<Record<string, unknown>>), expected)
  })
}

test('15: a schema that refers to itself is cut to any object', () => {
  const schema = { type: 'object', properties: { next: { $ref: '#' } } }
  const text = JSON.stringify(geminiSchemaOf(schema))
  assert.equal(text.split('"next":{').length - 1, 5)
  assert.ok(text.includes('{"next":{"type":"object"}}'))
})

const known = new Set(
  'title description nullable minItems maxItems minimum maximum minLength maxLength pattern default required type enum format items properties propertyOrdering anyOf'.split(
    ' ',
  ),
)

test('15: whatever the schema, only keywords that Gemini knows are left, and it ends', () => {
  const { schema } = fc.letrec((tie) => ({
    schema: fc.record(
      {
        type: fc.constantFrom('string', 'object', 'array', ['number', 'null']),
        $ref: fc.constantFrom('#', '#/$defs/x', '#/properties/a'),
        $defs: fc.record({ x: tie('leaf') }),
        properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('leaf')),
        items: tie('leaf'),
        anyOf: fc.array(tie('leaf'), { maxLength: 2 }),
        allOf: fc.array(tie('leaf'), { maxLength: 2 }),
        additionalProperties: fc.boolean(),
        if: tie('leaf'),
        const: fc.string(),
      },
      { requiredKeys: [] },
    ),
    leaf: fc.oneof({ maxDepth: 2 }, fc.constant({ type: 'string', not: {} }), tie('schema')),
  }))
  fc.assert(
    fc.property(schema, (some) => {
      assertKnown(geminiSchemaOf(some as Readonly<Record<string, unknown>>))
    }),
    { numRuns: 300 },
  )
})

function assertKnown(schema: object): void {
  for (const [name, value] of Object.entries(schema)) {
    assert.ok(known.has(name), name)
    if (name === 'items') assertKnown(value)
    if (name === 'properties') for (const one of Object.values(value as object)) assertKnown(one)
    if (name === 'anyOf') for (const one of value as readonly object[]) assertKnown(one)
  }
}
