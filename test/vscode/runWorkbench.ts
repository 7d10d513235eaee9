// Runs the tests that drive the workbench, against the extension as users get it. Exits with the code of the test run.
//
//   node --import tsx test/vscode/runWorkbench.ts [--vsix <file>] [<test file>...]
//
// vsix: a package that exists already (default: `npm run package`, which writes dist/waybill.vsix). Test files: default all in
// workbench/.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureSetup } from './ensureSetup.ts'
import { packagedVsix, repoRoot } from './paths.ts'

process.exitCode = main()

function main(): number {
  const { values, positionals } = parseArgs({ options: { vsix: { type: 'string' } }, allowPositionals: true })
  ensureSetup()
  if (values.vsix === undefined) {
    const packaged = spawnSync('npm', ['run', 'package'], { cwd: repoRoot, stdio: 'inherit' })
    if (packaged.status !== 0) return packaged.status ?? 1
  }
  const vsix = values.vsix === undefined ? packagedVsix() : resolve(values.vsix)
  const files = positionals.length > 0 ? positionals : allTests()
  // One at a time: each starts a browser, a server and an extension host.
  const tests = spawnSync(process.execPath, ['--import', 'tsx', '--test', '--test-concurrency=1', ...files], {
    stdio: 'inherit',
    env: { ...process.env, WAYBILL_TEST_VSIX: vsix },
  })
  return tests.status ?? 1
}

function allTests(): readonly string[] {
  const folder = join(import.meta.dirname, 'workbench')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
}
