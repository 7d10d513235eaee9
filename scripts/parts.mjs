// Runs the parts of a check or of a whole test run, each as a process of its own, and sums up what they say.
//
// A part is { name, command, counts }: the words of the command, and how its output says how many tests ran (`node-test`,
// `suite`; missing: it runs no tests), and perhaps `limitMs`. Its result holds the truth and nothing kinder: a part fails
// when its exit code is not 0, when it was killed, when it took longer than its limit, when a test failed or was
// cancelled, and when it should have counted tests and named none. What was skipped is counted apart.
import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { countsOf } from './testCounts.mjs'

const defaultLimitMs = 5 * 60_000
const killGraceMs = 10_000

/** Writes the output of the part as it comes if `isLive`; the result carries it in any case. */
export async function runPart(part, { isLive }) {
  const startedMs = performance.now()
  const run = await runProcess(part, isLive ? (text) => process.stdout.write(text) : () => {})
  const counts = part.counts === undefined ? undefined : countsOf(run.output, part.counts)
  const problems = [problemOfCounts(part, counts), run.problem].filter((problem) => problem !== undefined)
  const problem = problems.length === 0 ? undefined : problems.join('; ')
  return { name: part.name, durationMs: performance.now() - startedMs, output: run.output, counts, problem }
}

/** What a part is that could not be started because another one failed. */
export function unstarted(part, because) {
  return { name: part.name, durationMs: 0, output: '', counts: undefined, problem: `did not run: ${because} failed` }
}

/** One line: `ok      unit and tidy tests   16.9 s  287 passed`, or `FAILED`, and why. */
export function lineOf(result) {
  const seconds = `${(result.durationMs / 1000).toFixed(1)} s`.padStart(8)
  const said = result.problem ?? saidOf(result.counts)
  return `${result.problem === undefined ? 'ok    ' : 'FAILED'}  ${result.name.padEnd(34)}${seconds}  ${said}`
}

function saidOf(counts) {
  if (counts === undefined) return ''
  return `${counts.passed} passed${counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`}`
}

/** A part that failed without a failed test counts as one failure, so that a sum of 0 failed means that all went well. */
export function totalOf(results) {
  const passed = results.reduce((sum, { counts }) => sum + (counts?.passed ?? 0), 0)
  const failed = results.reduce((sum, result) => sum + failuresOf(result), 0)
  const skipped = results.reduce((sum, { counts }) => sum + (counts?.skipped ?? 0), 0)
  return { passed, failed, skipped }
}

function failuresOf({ counts, problem }) {
  const failedTests = counts?.failed ?? 0
  return failedTests === 0 && problem !== undefined ? 1 : failedTests
}

function problemOfCounts(part, counts) {
  if (part.counts === undefined) return undefined
  if (counts === undefined) return 'ended without saying how many tests ran'
  if (counts.failed > 0) return `${counts.failed} failed`
  return counts.passed === 0 ? 'ran no test' : undefined
}

function runProcess({ command, limitMs = defaultLimitMs }, onText) {
  const [program, ...words] = command
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let problem
    const take = (text) => {
      output += text
      onText(text)
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)

    const limit = setTimeout(() => {
      problem = `took longer than ${limitMs / 1000} s and was ended`
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), killGraceMs).unref()
    }, limitMs)
    const end = (found) => {
      clearTimeout(limit)
      resolve({ output, problem: problem ?? found })
    }
    child.once('error', (error) => end(`could not be started: ${error.message}`))
    // What a part left behind may hold on to its pipes; the part itself has ended then.
    child.once('exit', () => setTimeout(() => closePipes(child), killGraceMs).unref())
    child.once('close', (code, signal) => end(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`))
  })
}

function closePipes(child) {
  child.stdout.destroy()
  child.stderr.destroy()
}
