// The stand-in for VS Code tells the truth: a suite that did not pass, for whatever reason, never ends with exit code 0.
// Each case is a suite of one file, run by runSuite.ts against an extension that does nothing.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createTemporaryFolder } from './temporaryFolder.ts'

interface Case {
  readonly name: string
  readonly suite: string
  readonly env?: Readonly<Record<string, string>>
  /** Unset when the suite never gets as far as VS Code. */
  readonly shimExitCode?: number
  readonly says: RegExp
}

const cases: readonly Case[] = [
  {
    name: 'failing test',
    suite: "import { it } from 'mocha'\nit('fails', () => { throw new Error('on purpose') })\n",
    shimExitCode: 1,
    says: /^0 passed, 1 failed$/m,
  },
  {
    name: 'file that throws while it is loaded',
    suite: "throw new Error('on purpose')\n",
    shimExitCode: 1,
    says: /on purpose[\s\S]*ended without a report/,
  },
  {
    name: 'killed extension host',
    suite: "import { it } from 'mocha'\nit('dies', () => { process.kill(process.pid, 'SIGKILL') })\n",
    shimExitCode: 91,
    says: /extension host went away/,
  },
  {
    name: 'suite that never ends',
    suite: "import { it } from 'mocha'\nit('hangs', function () { this.timeout(0); return new Promise(() => {}) })\n",
    env: { CODE_SHIM_TIMEOUT_MS: '12000' },
    shimExitCode: 124,
    says: /no result within 12000 ms/,
  },
  {
    name: 'syntax error',
    suite: 'const = 1\n',
    says: /Expected identifier/,
  },
]

// Two at a time: a run waits for its processes more than it computes.
describe('the stand-in for VS Code', { concurrency: 2, timeout: 120_000 }, () => {
  for (const row of cases) {
    it(`does not call a ${row.name} a success`, async (context) => {
      const folder = createTemporaryFolder('waybill-shim-')
      context.after(() => folder.remove())
      const { exitCode, output } = await runSuite(row, folder.path)
      assert.equal(exitCode, 1, output)
      assert.match(output, row.says)
      if (row.shimExitCode !== undefined) assert.match(output, new RegExp(`^Exit code: +${row.shimExitCode}$`, 'm'))
    })
  }
})

interface Outcome {
  readonly exitCode: number
  readonly output: string
}

function runSuite(row: Case, folder: string): Promise<Outcome> {
  const suite = join(folder, 'suite')
  const extension = join(folder, 'extension')
  mkdirSync(suite)
  mkdirSync(extension)
  writeFileSync(join(suite, 'only.test.ts'), row.suite)
  writeFileSync(
    join(extension, 'package.json'),
    JSON.stringify({ name: 'nothing', publisher: 'waybill', version: '0.0.1', engines: { vscode: '^1.106.0' } }),
  )
  const name = `shim-${row.name.replaceAll(' ', '-')}`
  const runner = join(import.meta.dirname, 'runSuite.ts')
  const args = ['--import', 'tsx', runner, '--extension', extension, '--suite', suite, '--name', name]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { ...process.env, ...row.env } }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code)
      resolve({ exitCode, output: `${stdout}\n${stderr}` })
    })
  })
}
