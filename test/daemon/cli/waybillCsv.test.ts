import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csvHeader, csvRow } from '../../../daemon/cli/waybillCsv.ts'
import type { Waybill } from '../../../shared/domain/waybill.ts'
import { aFailover } from './aSession.ts'

/** As RFC 4180 has it be read. */
function rowsOf(csv: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  const fields = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n)/gy
  let row: string[] = []
  for (let match = fields.exec(csv); match !== null; match = fields.exec(csv)) {
    const [, field = '', end] = match
    row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  assert.equal(row.length, 0)
  return rows
}

const [names = []] = rowsOf(csvHeader)
const fieldsOf = (waybill: Waybill) =>
  new Map(rowsOf(csvRow(waybill))[0]?.map((field, column) => [names[column] ?? '', field]))

test('a row has a field for each column, of the attempt that answered', () => {
  const fields = fieldsOf(aFailover)
  assert.equal(fields.size, names.length)
  assert.deepEqual(
    ['request', 'started', 'provider', 'attempts', 'total_ms', 'output_tokens', 'failure', 'practice_nanodollars'].map(
      (name) => fields.get(name),
    ),
    ['request-1', '2026-09-21T14:13:20.000Z', 'practice-steady', '2', '456', '119', '', '1500000'],
  )
})

const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '=', '+', '-', '@', '\t', "'", 'a', 'é') }),
)

test('whatever a user or folder is called comes back, and no spreadsheet computes it', () => {
  fc.assert(
    fc.property(texts, texts, (user, workspace) => {
      const fields = fieldsOf({ ...aFailover, caller: { client: 'test', user, workspace } })
      for (const [name, text] of [
        ['user', user],
        ['workspace', workspace],
      ] as const) {
        const field = fields.get(name) ?? ''
        assert.doesNotMatch(field, /^[=+\-@\t\r]/)
        assert.equal(field, /^[=+\-@\t\r]/.test(text) ? `'${text}` : text)
      }
      assert.equal(fields.size, names.length)
    }),
  )
})
