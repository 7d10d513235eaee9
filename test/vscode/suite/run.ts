// The entry of the suite in the extension host: runs every *.test.cjs beside its own bundle with mocha (bdd, 30 s per test)
// and writes the counts as JSON to WAYBILL_SUITE_REPORT, so that the runner need not believe an exit code. Rejects when a test
// failed, when none ran, or when a file could not be loaded.

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Mocha from 'mocha'

const testTimeoutMs = 30_000

export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    timeout: testTimeoutMs,
    color: false,
    forbidOnly: true,
    // A single test can be asked for while working on it.
    ...(process.env.WAYBILL_SUITE_GREP === undefined ? {} : { grep: process.env.WAYBILL_SUITE_GREP }),
  })
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(join(__dirname, name))
  }
  const counts = await outcomeOf(mocha)
  const report = process.env.WAYBILL_SUITE_REPORT
  if (report !== undefined) writeFileSync(report, JSON.stringify(counts))
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed.`)
  if (counts.passed === 0) throw new Error('No test ran.')
}

interface Counts {
  readonly passed: number
  readonly failed: number
}

function outcomeOf(mocha: Mocha): Promise<Counts> {
  return new Promise((resolve, reject) => {
    try {
      const runner = mocha.run((failed) => resolve({ passed: runner.stats?.passes ?? 0, failed }))
    } catch (error) {
      reject(error)
    }
  })
}
