// Which test files there are, by how they are run. Node 20 takes no patterns, so the files are named one by one. Files
// under test/vscode/suite and test/vscode/workbench have runners of their own.
import { readdirSync } from 'node:fs'

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((path) => `test/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.test.ts'))
  .sort()

/** Start no process that outlives a test, keep nothing between tests, and take seconds together. */
export const unitTestFiles = files.filter((path) => !/^test\/(e2e|vscode|bench)\//.test(path))

/** Parts that run them all, in two processes: loading the compiler twice and not once a file saves two thirds of their time. */
export function unitTestParts(name, node) {
  return [1, 2].map((share) => ({
    name: `${name}, ${share} of 2`,
    command: [node, '--import', 'tsx', '--test-reporter=spec', 'scripts/unitTests.mjs', `${share}`, '2'],
    counts: 'node-test',
  }))
}

/** Start real daemons, browsers and clients; need what `npm run build` makes. */
export const processTestFiles = files.filter((path) => path.startsWith('test/e2e/'))

/** The words after `node` that run test files; the reporter is named because it is another one in a pipe. */
export function nodeTestWords(paths, { concurrency }) {
  return [
    '--import',
    'tsx',
    '--test',
    '--test-reporter=spec',
    '--test-timeout=180000',
    `--test-concurrency=${concurrency}`,
    ...paths,
  ]
}
