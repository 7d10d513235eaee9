// `npm test`: everything. The check, then what runs real processes: the built daemon, VS Code's extension host, a driven
// workbench with the packaged extension; then unit and process tests once more under the Node 24 of the VS Code set-up.
// A part whose ground is missing because another one failed is named and counts as failed. The last line sums up all
// runs: `N passed, N failed`.
import { rmSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { node24Path } from '../test/vscode/paths.ts'
import { lineOf, runPart, totalOf, unstarted } from './parts.mjs'
import { nodeTestWords, processTestFiles, unitTestParts } from './testFiles.mjs'

const node = process.execPath
const tsx = ['--import', 'tsx']
const setUp = "import { ensureSetup } from './test/vscode/ensureSetup.ts'; ensureSetup()"

const parts = [
  { name: 'check', command: [node, 'scripts/check.mjs'], counts: 'suite' },
  { name: 'build', command: [node, 'scripts/build.mjs'] },
  { name: 'VS Code set-up', command: [node, ...tsx, '--input-type=module', '--eval', setUp], limitMs: 8 * 60_000 },
  {
    name: 'process tests',
    command: [node, ...nodeTestWords(processTestFiles, { concurrency: 2 })],
    counts: 'node-test',
    limitMs: 20 * 60_000,
    needs: ['build', 'VS Code set-up'],
  },
  {
    name: 'stand-in for VS Code',
    command: [node, ...nodeTestWords(['test/vscode/shim.test.ts'], { concurrency: 1 })],
    counts: 'node-test',
    needs: ['VS Code set-up'],
  },
  {
    name: 'suite in the extension host',
    command: [node, ...tsx, 'test/vscode/runSuite.ts'],
    counts: 'suite',
    needs: ['build', 'VS Code set-up'],
  },
  { name: 'package', command: [node, 'scripts/package.mjs'] },
  {
    name: 'driven workbench',
    command: [node, ...tsx, 'test/vscode/runWorkbench.ts', '--vsix', 'dist/waybill.vsix'],
    counts: 'node-test',
    needs: ['package', 'VS Code set-up'],
  },
  ...unitTestParts('unit tests, Node 24', node24Path()).map((part) => ({ ...part, needs: ['VS Code set-up'] })),
  {
    name: 'process tests, Node 24',
    command: [node24Path(), ...nodeTestWords(processTestFiles, { concurrency: 2 })],
    counts: 'node-test',
    limitMs: 20 * 60_000,
    needs: ['build', 'VS Code set-up'],
  },
]

const startedMs = performance.now()
// What an earlier build left must not be taken for this one's.
rmSync('dist', { recursive: true, force: true })

const results = []
for (const part of parts) {
  const failedNeed = part.needs?.find((name) => results.some((result) => result.name === name && result.problem))
  console.log(`\n=== ${part.name}`)
  const result = failedNeed === undefined ? await runPart(part, { isLive: true }) : unstarted(part, failedNeed)
  results.push(result)
  console.log(lineOf(result))
}

const { passed, failed, skipped } = totalOf(results)
console.log(`\n=== all parts, ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
for (const result of results) console.log(lineOf(result))
if (skipped > 0) console.log(`\n${skipped} skipped; why stands beside \`﹣\` above`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && results.every(({ problem }) => problem === undefined) ? 0 : 1
