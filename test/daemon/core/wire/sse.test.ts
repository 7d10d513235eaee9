import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSseReader } from '../../../../daemon/core/wire/sse.ts'

function read(pieces: readonly string[]): readonly string[] {
  const heard: string[] = []
  const reader = createSseReader({
    onEvent: (data, name) => heard.push(name === undefined ? data : `${name}: ${data}`),
    onViolation: (violation) => heard.push(`! ${violation}`),
  })
  for (const piece of pieces) reader.feed(piece)
  reader.end()
  return heard
}

const rows: readonly { readonly name: string; readonly text: string; readonly heard: readonly string[] }[] = [
  { name: 'line feeds', text: 'data: a\n\ndata: b\n\n', heard: ['a', 'b'] },
  { name: 'carriage return and line feed', text: 'data: a\r\n\r\ndata: b\r\n\r\n', heard: ['a', 'b'] },
  { name: 'carriage returns alone', text: 'data: a\r\rdata: b\r\r', heard: ['a', 'b'] },
  { name: 'no space after the colon', text: 'data:a\n\n', heard: ['a'] },
  { name: 'data over several lines', text: 'data: {\ndata: }\n\n', heard: ['{\n}'] },
  { name: 'comments and pings', text: ': hello\n\n: ping\ndata: a\n\n:\n\n', heard: ['a'] },
  { name: 'empty data', text: 'data:\n\ndata: \n\ndata\n\ndata: a\n\n', heard: ['a'] },
  { name: 'names, ids and retries', text: 'id: 7\nevent: error\nretry: 10\ndata: a\n\n', heard: ['error: a'] },
  { name: 'no final blank line', text: 'data: a\n\ndata: b\n', heard: ['a', 'b'] },
  { name: 'no final line end at all', text: 'data: a\n\ndata: b', heard: ['a', 'b'] },
  { name: 'a bare line of JSON', text: 'data: a\n\n{"error":{}}\n', heard: ['a', '{"error":{}}'] },
  { name: 'a damaged field name', text: 'data: a\n\ndXta: b\n\ndata: c\n\n', heard: ['a', '! unknown-line'] },
  { name: 'a lost line end', text: 'data: a\nXdata: b\n\n', heard: ['! unknown-line'] },
]

for (const row of rows) {
  test(`reads server-sent events the same wherever they are split: ${row.name}`, () => {
    assert.deepEqual(read([row.text]), row.heard)
    for (let at = 1; at < row.text.length; at += 1) {
      assert.deepEqual(read([row.text.slice(0, at), row.text.slice(at)]), row.heard, `split at ${at}`)
    }
    assert.deepEqual(read([...row.text]), row.heard)
  })
}

const megabyte = 'x'.repeat(1024 * 1024)

test('an event of more than 4 MB is a violation, whether it comes whole or in pieces', () => {
  assert.deepEqual(read([`data: ${megabyte.repeat(5)}\n\ndata: b\n\n`]), ['! event-too-large'])
  assert.deepEqual(read(['data: ', ...Array(5).fill(megabyte), '\n\n', 'data: b\n\n']), ['! event-too-large'])
  assert.deepEqual(read([...Array(50).fill(`data: ${megabyte.slice(0, 99_999)}\n`), 'x']), ['! event-too-large'])
})

test('many events that are large together are no violation', () => {
  assert.equal(read(Array(12).fill(`data: ${megabyte}\n\n`)).length, 12)
})

test('a line that a CR ends counts at once, also where the piece ends with it', () => {
  const seen: string[] = []
  const reader = createSseReader({
    onEvent: (data) => seen.push(data),
    onViolation: (violation) => seen.push(violation),
  })
  reader.feed('data: 1\r')
  reader.feed('\n\r')
  assert.deepEqual(seen, ['1'])
  reader.feed('\ndata: 2\r')
  reader.feed('\r')
  assert.deepEqual(seen, ['1', '2'])
  reader.feed('oops\r')
  assert.deepEqual(seen, ['1', '2', 'unknown-line'])
})
