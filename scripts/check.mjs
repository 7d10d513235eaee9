// `npm run check`: format, lint, types, import rules, unused code, unit and tidy tests; in seconds. The parts do not
// depend on each other and run side by side; each says its time, a failed one all that it had to say.
import { availableParallelism } from 'node:os'
import { lineOf, runPart, totalOf } from './parts.mjs'
import { unitTestParts } from './testFiles.mjs'

const tool = (name, ...words) => [`node_modules/.bin/${name}`, ...words]

// The longest first.
const parts = [
  ...unitTestParts('unit and tidy tests', process.execPath),
  { name: 'types (tsc)', command: tool('tsc', '-b') },
  { name: 'promises (oxlint)', command: tool('oxlint', '--type-aware') },
  {
    name: 'import rules (dependency-cruiser)',
    command: tool('depcruise', '--config', '.dependency-cruiser.cjs', 'shared', 'daemon', 'extension', 'test'),
  },
  { name: 'format and lint (biome)', command: tool('biome', 'ci', '--colors=off') },
  { name: 'unused code (knip)', command: tool('knip') },
]

const results = []
const waiting = [...parts]
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, runWaiting))

const { passed, failed, skipped } = totalOf(results)
if (skipped > 0) console.log(`\n${skipped} skipped; why stands beside \`﹣\` in the output of their part`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = results.every(({ problem }) => problem === undefined) ? 0 : 1

async function runWaiting() {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const result = await runPart(part, { isLive: false })
    results.push(result)
    if (result.problem !== undefined) console.log(result.output.trimEnd())
    console.log(lineOf(result))
  }
}
