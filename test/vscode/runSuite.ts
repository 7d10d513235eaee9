// Runs the suite in the extension host of a real VS Code. Ends with a line `N passed, N failed`; the exit code is 0 only if the
// suite itself wrote that all went well.
//
//   node --import tsx test/vscode/runSuite.ts [--extension <folder>] [--suite <folder>] [--name <name>]
//
// extension: what is under test (default: the repository; it must be built). suite: where the *.test.ts files lie (default:
// suite/). name: the bundles go to build/<name>, logs and screenshots to artifacts/vscode/<name>.
//
// Which VS Code: WAYBILL_VSCODE_EXECUTABLE names one; with WAYBILL_VSCODE_DOWNLOAD @vscode/test-electron downloads one (the value
// is its version, 1 for stable); else the stand-in codeShim.mjs, which is set up first if it is not there yet.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runTests } from '@vscode/test-electron'
import { build } from 'esbuild'
import { askDaemonsToEnd, endDaemonsOf } from './endDaemonsOf.ts'
import { ensureSetup } from './ensureSetup.ts'
import { exitOnSignals } from './exitOnSignals.ts'
import { artifactsRoot, fixtureWorkspace, repoRoot } from './paths.ts'
import { createTemporaryFolder } from './temporaryFolder.ts'

interface SuiteRequest {
  readonly extension: string
  readonly suite: string
  readonly bundles: string
  readonly artifacts: string
}

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      extension: { type: 'string', default: repoRoot },
      suite: { type: 'string', default: join(import.meta.dirname, 'suite') },
      name: { type: 'string', default: 'vscode-suite' },
    },
  })
  const request: SuiteRequest = {
    extension: resolve(values.extension),
    suite: resolve(values.suite),
    bundles: join(repoRoot, 'build', values.name),
    artifacts: join(artifactsRoot, values.name),
  }
  await bundleSuite(request)
  exitOnSignals()
  const temporary = createTemporaryFolder('waybill-suite-')
  const home = join(temporary.path, 'home')
  const askDaemons = () => askDaemonsToEnd(home)
  process.once('exit', askDaemons)
  try {
    return await runInVscode(request, temporary.path, home)
  } finally {
    await endDaemonsOf(home)
    process.removeListener('exit', askDaemons)
    temporary.remove()
  }
}

async function bundleSuite(request: SuiteRequest): Promise<void> {
  const tests = readdirSync(request.suite).filter((name) => name.endsWith('.test.ts'))
  rmSync(request.bundles, { recursive: true, force: true })
  await build({
    entryPoints: [
      { in: join(import.meta.dirname, 'suite', 'run.ts'), out: 'run' },
      ...tests.map((name) => ({ in: join(request.suite, name), out: name.replace(/\.ts$/, '') })),
    ],
    outdir: request.bundles,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  })
}

async function runInVscode(request: SuiteRequest, temporary: string, home: string): Promise<number> {
  const workspace = join(temporary, 'workspace')
  const report = join(temporary, 'report.json')
  cpSync(fixtureWorkspace, workspace, { recursive: true })
  mkdirSync(home)
  rmSync(request.artifacts, { recursive: true, force: true })

  const failure = await runTests({
    ...chosenVscode(),
    cachePath: join(repoRoot, '.vscode-test'),
    extensionDevelopmentPath: request.extension,
    extensionTestsPath: join(request.bundles, 'run.cjs'),
    launchArgs: [
      workspace,
      `--user-data-dir=${join(temporary, 'user-data')}`,
      `--extensions-dir=${join(temporary, 'extensions')}`,
    ],
    extensionTestsEnv: { WAYBILL_HOME: home, WAYBILL_SUITE_REPORT: report, CODE_SHIM_ARTIFACTS: request.artifacts },
  }).then(() => undefined, String)

  if (failure !== undefined) console.error(failure)
  if (!existsSync(report)) {
    console.log('The suite ended without a report: 0 passed, 1 failed')
    return 1
  }
  const { passed, failed } = decodeCounts(JSON.parse(readFileSync(report, 'utf8')))
  console.log(`${passed} passed, ${failed} failed`)
  return failure === undefined && failed === 0 && passed > 0 ? 0 : 1
}

function chosenVscode(): { readonly vscodeExecutablePath?: string; readonly version?: string } {
  const executable = process.env.WAYBILL_VSCODE_EXECUTABLE ?? ''
  if (executable !== '') return { vscodeExecutablePath: executable }
  const download = process.env.WAYBILL_VSCODE_DOWNLOAD ?? ''
  if (download !== '') return { version: download === '1' ? 'stable' : download }
  ensureSetup()
  return { vscodeExecutablePath: join(import.meta.dirname, 'codeShim.mjs') }
}

function decodeCounts(value: unknown): { readonly passed: number; readonly failed: number } {
  if (typeof value === 'object' && value !== null && 'passed' in value && 'failed' in value) {
    return { passed: Number(value.passed), failed: Number(value.failed) }
  }
  throw new Error(`Expected the counts of passed and failed tests, got ${JSON.stringify(value)}.`)
}
