import assert from 'node:assert/strict'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { linesFrom, stepsBack } from '../../../daemon/storage/fileLines.ts'
import { ownFolder } from '../../support/ownFolder.ts'

/** Lines of lengths that meet the edges of the blocks, and of none. */
const lengths = fc.oneof(
  fc.nat(200),
  fc.integer({ min: 32_700, max: 32_800 }),
  fc.constantFrom(0, 65_536, 262_143, 300_000),
)

function linesOf(content: string): readonly { readonly text: string; readonly offsetBytes: number }[] {
  let offsetBytes = 0
  return content
    .split('\n')
    .slice(0, -1)
    .map((text) => {
      const line = { text, offsetBytes }
      offsetBytes += text.length + 1
      return line
    })
}

test('lines of any length are read forwards and backwards, from any place, without the piece at the end', (t) => {
  const path = join(ownFolder(t), 'lines')
  const cases = fc.record({
    lengths: fc.array(lengths, { maxLength: 12 }),
    rest: fc.nat(100),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(cases, ({ lengths: given, rest, cut }) => {
      const content = given.map((length, line) => `${String(line).padEnd(length, 'x')}\n`).join('') + 'r'.repeat(rest)
      writeFileSync(path, content)
      const expected = linesOf(content)
      const at = Math.trunc(content.length * cut)
      const read = (lines: Iterable<{ readonly bytes: Buffer; readonly offsetBytes: number }>) =>
        [...lines].map(({ bytes, offsetBytes }) => ({ text: bytes.toString(), offsetBytes }))
      assert.deepEqual(read(linesFrom(path, 0)), expected)
      assert.deepEqual(read(linesFrom(path, 0, at)), linesOf(content.slice(0, at)))
      for (const { offsetBytes } of expected.slice(0, 2)) {
        assert.deepEqual(
          read(linesFrom(path, offsetBytes)),
          expected.filter((line) => line.offsetBytes >= offsetBytes),
        )
      }
      assert.deepEqual(read([...stepsBack(path, Number.POSITIVE_INFINITY)].flat()), expected.toReversed())
      assert.deepEqual(read([...stepsBack(path, at)].flat()), linesOf(content.slice(0, at)).toReversed())
      const holding = read([...stepsBack(path, Number.POSITIVE_INFINITY, Buffer.from('1xx'))].flat())
      for (const line of expected.filter(({ text }) => text.includes('1xx'))) {
        assert.ok(holding.some(({ offsetBytes }) => offsetBytes === line.offsetBytes))
      }
    }),
  )
})

test('what is appended while it is read backwards is not of it', (t) => {
  const path = join(ownFolder(t), 'lines')
  writeFileSync(path, 'one\ntwo\n')
  const steps = stepsBack(path, Number.POSITIVE_INFINITY)
  const first = steps.next().value
  appendFileSync(path, 'three\n')
  assert.deepEqual(
    [...(first ?? []), ...[...steps].flat()].map(({ bytes }) => bytes.toString()),
    ['two', 'one'],
  )
})
