// A part of a test run that could not run, or ran nothing, is a failed part.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'

type Part = {
  readonly name: string
  readonly command: readonly string[]
  readonly counts?: string
  readonly limitMs?: number
}
type PartResult = { readonly problem?: string }
type Parts = {
  readonly runPart: (part: Part, options: { readonly isLive: boolean }) => Promise<PartResult>
  readonly unstarted: (part: Part, because: string) => PartResult
  readonly totalOf: (results: readonly PartResult[]) => { readonly passed: number; readonly failed: number }
}

const script = pathToFileURL(join(import.meta.dirname, '../../scripts/parts.mjs')).href
const { runPart, unstarted, totalOf } = (await import(script)) as Parts

const node = process.execPath
const rows: readonly { readonly name: string; readonly part: Omit<Part, 'name'>; readonly problem: RegExp }[] = [
  {
    name: 'exits with another code than 0',
    part: { command: [node, '-e', 'process.exit(3)'] },
    problem: /exit code 3/,
  },
  { name: 'is no program', part: { command: ['no-such-program'] }, problem: /ENOENT/ },
  { name: 'is killed', part: { command: [node, '-e', 'process.kill(process.pid, "SIGKILL")'] }, problem: /SIGKILL/ },
  {
    name: 'takes too long',
    part: { command: [node, '-e', 'setInterval(() => {}, 9)'], limitMs: 300 },
    problem: /longer than/,
  },
  { name: 'counts no tests', part: { command: [node, '-e', ''], counts: 'node-test' }, problem: /without saying/ },
]

for (const { name, part, problem } of rows) {
  test(`a part fails that ${name}`, async () => {
    const result = await runPart({ name, ...part }, { isLive: false })
    assert.match(result.problem ?? '', problem)
    assert.equal(totalOf([result]).failed, 1)
  })
}

test('a part whose ground is missing counts as failed, one that does well does not', async () => {
  assert.equal(totalOf([unstarted({ name: 'tests', command: [] }, 'build')]).failed, 1)
  const good = await runPart({ name: 'good', command: [node, '-e', ''] }, { isLive: false })
  assert.deepEqual([good.problem, totalOf([good]).failed], [undefined, 0])
})
