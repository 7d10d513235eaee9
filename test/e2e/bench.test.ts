/** The bench runs: with tiny counts, so that its figures say nothing but that they are numbers. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { promisify } from 'node:util'
import { ownFolder } from '../support/ownFolder.ts'

const promised = [
  ...['planning-5', 'planning-20'],
  ...['cold-start-ratio', 'cold-start-chat-ms', 'cold-run-ms'],
  ...['idle-memory', 'idle-memory-after-requests'],
  ...['first-token-added-p50', 'answer-added-p50'],
  ...['ledger-bytes', 'ledger-cpu', 'ledger-cpu-history', 'history-state-file'],
  ...['history-start', 'history-rebuild', 'history-memory', 'history-memory-stats', 'stats-90d', 'stats-every-p95'],
  ...['burst-cpu-ratio', 'burst-one-write-cpu-ratio', 'paced-cpu-ratio'],
]

test('the bench measures every promised number and leaves no process and no folder behind', async (context) => {
  const folder = ownFolder(context)
  const words = ['--import', 'tsx', 'test/bench/run.ts', '--smoke', '--json']
  const environment = { ...process.env, TMPDIR: folder }
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: environment, timeout: 240_000 })
  const report: { readonly figures: readonly { readonly id: string; readonly value: number }[] } = JSON.parse(stdout)
  const values = new Map(report.figures.map((figure) => [figure.id, figure.value]))
  for (const id of promised) assert.ok(values.has(id), `expected the figure ${id}`)
  for (const [id, value] of values) assert.ok(Number.isFinite(value), `expected a number for ${id}, found ${value}`)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('wb-bench-')),
    [],
  )
  assert.deepEqual(processesWith(`TMPDIR=${folder}`), [])
})

function processesWith(variable: string): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(variable))
}

/** Nothing of a process that has just ended. */
function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}
