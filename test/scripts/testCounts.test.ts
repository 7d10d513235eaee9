// The sum at the end of `npm test` can be believed: what node:test and the suite print is read as what happened.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'

type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number }
type CountsOf = (output: string, form: 'node-test' | 'suite') => Counts | undefined

const script = pathToFileURL(join(import.meta.dirname, '../../scripts/testCounts.mjs')).href
const { countsOf } = (await import(script)) as { readonly countsOf: CountsOf }

const file = `
const { test } = require('node:test')
test('good', () => {})
test('good too', () => {})
test('bad', () => { throw new Error('# pass 99') })
test('later', { todo: true }, () => {})
test('never', { skip: true }, () => {})
console.log('ℹ pass 77')
`

for (const reporter of ['spec', 'tap']) {
  test(`what node:test prints as ${reporter} is counted`, async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-counts-'))
    context.after(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'sample.test.cjs'), file)
    const output = await outputOf(['--test', `--test-reporter=${reporter}`, join(folder, 'sample.test.cjs')])
    assert.deepEqual(countsOf(output, 'node-test'), { passed: 2, failed: 2, skipped: 1 })
  })
}

test('only closing lines are counted, the last ones', () => {
  const closing = (pass: number) => `ℹ pass ${pass}\nℹ fail 1\nℹ cancelled 2\nℹ skipped 3\nℹ todo 4\n`
  assert.deepEqual(countsOf(`${closing(8)}${closing(9)}  ℹ pass 10\n`, 'node-test'), {
    passed: 9,
    failed: 7,
    skipped: 3,
  })
  const suite = '1 passed, 1 failed\n said: 5 passed, 0 failed\n\u001b[32m3 passed, 2 failed\u001b[0m\n'
  assert.deepEqual(countsOf(suite, 'suite'), { passed: 3, failed: 2, skipped: 0 })
})

test('output that does not say how many ran has no counts', () => {
  assert.equal(countsOf('', 'node-test'), undefined)
  assert.equal(countsOf('ℹ pass 3\nKilled\n', 'node-test'), undefined)
  assert.equal(countsOf('all passed\n', 'suite'), undefined)
})

function outputOf(words: readonly string[]): Promise<string> {
  // Inside a test run, node:test would else speak to the outer run instead of printing.
  const { NODE_TEST_CONTEXT: _outer, ...environment } = process.env
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env: environment }, (_error, stdout) => resolve(stdout))
  })
}
