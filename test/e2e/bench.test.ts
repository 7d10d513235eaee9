/** The bench runs: with tiny counts, so that its figures say nothing but that they are numbers. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import test from 'node:test'
import { promisify } from 'node:util'

const parts = {
  planning: ['planning-5', 'planning-20'],
  'cold-start': ['cold-start-ratio', 'cold-start-chat-ms', 'cold-run-ms'],
  memory: ['idle-memory', 'idle-memory-after-requests'],
  latency: ['first-token-added-p50', 'answer-added-p50'],
  streams: ['burst-cpu-ratio', 'burst-one-write-cpu-ratio', 'paced-cpu-ratio'],
}

test('the bench measures every promised number and leaves no process behind', async () => {
  const words = ['--import', 'tsx', 'test/bench/run.ts', '--smoke', '--json']
  // It ends only when its children have: they hold its output open.
  const { stdout } = await promisify(execFile)(process.execPath, words)
  const report: { readonly figures: readonly { readonly id: string; readonly value: number }[] } = JSON.parse(stdout)
  const values = new Map(report.figures.map((figure) => [figure.id, figure.value]))
  for (const id of Object.values(parts).flat()) assert.ok(values.has(id), `expected the figure ${id}`)
  for (const [id, value] of values) assert.ok(Number.isFinite(value), `expected a number for ${id}, found ${value}`)
})
