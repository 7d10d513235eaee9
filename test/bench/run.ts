/**
 * `npm run bench`: measures the numbers that the project promises, each beside its floor in the same run, and prints a
 * table, or one JSON value with `--json`. Ends with 1 when a limit is missed. Needs `npm run build` and Linux.
 *
 *     --json            one JSON value
 *     --only NAME       this part alone: planning, ledger, cold-start, memory, latency, streams, history
 *     --program PATH    measure this build in place of dist/waybill.cjs
 *     --profile FOLDER  the daemons write CPU profiles there, which makes them slower
 *     --smoke           tiny counts, to see that it runs; no limit is judged
 */
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { measureAddedLatency } from './addedLatency.ts'
import type { Bench } from './benchDaemon.ts'
import { measureColdStart } from './coldStart.ts'
import { type Figure, isMet } from './figures.ts'
import { measureIdleMemory } from './idleMemory.ts'
import { measureLedgerCost } from './ledgerCost.ts'
import { measureLongHistory } from './longHistory.ts'
import { measurePlanning } from './planning.ts'
import { createProcesses } from './processes.ts'
import { measureStreamCost } from './streamCost.ts'

type Part = (bench: Bench, mockPort: number) => readonly Figure[] | Promise<readonly Figure[]>

const parts: Readonly<Record<string, Part>> = {
  planning: measurePlanning,
  ledger: measureLedgerCost,
  'cold-start': measureColdStart,
  memory: measureIdleMemory,
  latency: measureAddedLatency,
  streams: measureStreamCost,
  history: measureLongHistory,
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
    program: { type: 'string', default: 'dist/waybill.cjs' },
    smoke: { type: 'boolean', default: false },
  },
})

const processes = createProcesses()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void processes.endAll().finally(() => process.exit(1)))
}
try {
  const figures = await measureAll()
  if (values.json) console.log(JSON.stringify({ ...circumstances(), figures: figures.map(judged) }, undefined, 2))
  else printTable(figures)
  process.exitCode = values.smoke || figures.every((figure) => isMet(figure) !== false) ? 0 : 1
} finally {
  await processes.endAll()
}

async function measureAll(): Promise<readonly Figure[]> {
  const program = resolve(values.program)
  if (!existsSync(program)) throw new Error(`expected the built program at ${program}; run \`npm run build\` first`)
  const chosen = values.only === undefined ? Object.values(parts) : [partNamed(values.only)]
  const mock = await processes.startServer(['--import', 'tsx', 'test/bench/mockProvider.ts'])
  const nodeOptions = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(values.profile)}`]
  const bench = { processes, program, nodeOptions, isSmoke: values.smoke }
  const figures: Figure[] = []
  for (const part of chosen) figures.push(...(await part(bench, mock.port)))
  return figures
}

function partNamed(name: string): Part {
  const part = parts[name]
  if (part === undefined) throw new Error(`expected one of ${Object.keys(parts).join(', ')}, found ${name}`)
  return part
}

function circumstances() {
  const [cpu] = cpus()
  return {
    measuredAt: new Date().toISOString(),
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    machine: `${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, ${process.platform} ${process.arch}`,
    node: process.version,
  }
}

function judged(figure: Figure): Figure & { readonly isMet?: boolean } {
  const met = values.smoke ? undefined : isMet(figure)
  return met === undefined ? figure : { ...figure, isMet: met }
}

function printTable(figures: readonly Figure[]): void {
  const { measuredAt, command, machine, node } = circumstances()
  console.log(`${measuredAt}  ${machine}, Node ${node}\n${command}\n`)
  for (const figure of figures) {
    const { title, value, unit, limit } = judged(figure)
    const met = judged(figure).isMet
    const verdict = limit === undefined ? '' : `limit ${limit}${met === undefined ? '' : met ? ', met' : ', MISSED'}`
    console.log(`${title.padEnd(58)}${value.toFixed(2).padStart(10)} ${unit.padEnd(3)} ${verdict}`.trimEnd())
  }
}
