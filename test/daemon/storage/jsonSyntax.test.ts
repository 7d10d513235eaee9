import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findJsonSyntaxError } from '../../../daemon/storage/jsonSyntax.ts'

const rows = [
  { text: '', place: [1, 1], expected: 'a value', found: 'the end of the file' },
  { text: '{\n  "a": 1,\n}', place: [3, 1], expected: 'a name in double quotes', found: 'the character "}"' },
  { text: '{\n  "a": 1\n  "b": 2\n}', place: [3, 3], expected: '"," or "}"', found: 'the character "\\""' },
  { text: "{'a': 1}", place: [1, 2], expected: 'a name in double quotes', found: 'the character "\'"' },
  { text: '{"a" 1}', place: [1, 6], expected: '":"', found: 'the character "1"' },
  { text: '[1, tru]', place: [1, 5], expected: 'a value', found: 'the character "t"' },
  { text: '["abc', place: [1, 6], expected: 'a closing double quote', found: 'the end of the file' },
  { text: '["a\\x"]', place: [1, 4], expected: 'an escape that JSON knows', found: 'the character "\\\\"' },
  { text: '{} // done', place: [1, 4], expected: 'the end of the file', found: 'the character "/"' },
  { text: '[01]', place: [1, 3], expected: '"," or "]"', found: 'the character "1"' },
] as const

for (const { text, place, expected, found } of rows) {
  test(`the first error of ${JSON.stringify(text)} is at line ${place[0]}, column ${place[1]}`, () => {
    assert.deepEqual(findJsonSyntaxError(text), { line: place[0], column: place[1], expected, found })
  })
}

test('nesting that would use up the stack is an error, not a crash', () => {
  assert.match(findJsonSyntaxError('['.repeat(100_000))?.expected ?? '', /levels of nesting/)
})

test('it finds an error exactly where JSON.parse does, in JSON with any character changed, dropped or put in', () => {
  const characters = fc.constantFrom(...'{}[]",:\\ \n\t\u0000\u001f-+.0123eEtrufalsn/x\u2028é'.split(''))
  const edit = fc.record({ at: fc.nat(), kind: fc.constantFrom('change', 'drop', 'put in'), character: characters })
  const property = (json: string, edits: readonly { at: number; kind: string; character: string }[]) => {
    const text = edits.reduce((before, { at, kind, character }) => {
      const place = at % (before.length + 1)
      const rest = kind === 'put in' ? place : place + 1
      return before.slice(0, place) + (kind === 'drop' ? '' : character) + before.slice(rest)
    }, json)
    assert.equal(findJsonSyntaxError(text) === undefined, isJson(text), JSON.stringify(text))
  }
  fc.assert(fc.property(fc.json(), fc.array(edit, { maxLength: 3 }), property), { numRuns: 5_000 })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
