// A stand-in for the VS Code executable, for machines that cannot download VS Code. It takes the command line that
// @vscode/test-electron gives to VS Code, runs the suite in code-server's extension host with the workbench in a headless
// Chromium, passes the suite's output on, and exits with:
//   0    the suite itself said that it passed        1    the suite itself said that it failed
//   2    a command line it cannot serve              91   the extension host went away before the suite ended
//   92   the server or the browser failed            93   the workbench ended without a word from the suite
//   124  no result within the time limit             130  interrupted
// The workbench's own exit code is not believed: it says 0 when the extension host was killed.
//
// Environment: CODE_SHIM_TIMEOUT_MS (default 5 min), CODE_SHIM_ARTIFACTS (a folder for logs and a screenshot of a failure).

import { fstatSync } from 'node:fs'
import { decodeShimArguments } from './shimArguments.ts'
import { type Decide, ShimRun } from './shimRun.ts'

interface Verdict {
  readonly exitCode: number
  /** Empty when the suite spoke for itself. */
  readonly reason: string
}

const defaultTimeoutMs = 5 * 60_000

process.exitCode = await main(process.argv.slice(2))
// The pipes to the browser would keep this process alive.
process.exit()

async function main(args: readonly string[]): Promise<number> {
  const request = decodeShimArguments(args)
  if (typeof request === 'string') {
    console.error(`codeShim: ${request}`)
    return 2
  }
  const run = new ShimRun(request, process.env.CODE_SHIM_ARTIFACTS)
  try {
    const verdict = await firstVerdict(run)
    if (verdict.reason !== '') console.error(`codeShim: ${verdict.reason}`)
    if (verdict.exitCode !== 0) await run.photographFailure()
    return verdict.exitCode
  } finally {
    await run.dispose()
  }
}

/** Whatever is decided first counts; everything that can end a run is listed here. */
function firstVerdict(run: ShimRun): Promise<Verdict> {
  return new Promise((resolve) => {
    const decide: Decide = (exitCode, reason) => resolve({ exitCode, reason })
    const timeoutMs = Number(process.env.CODE_SHIM_TIMEOUT_MS ?? defaultTimeoutMs)
    setTimeout(() => decide(124, `no result within ${timeoutMs} ms`), timeoutMs).unref()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => decide(130, signal))
    onParentGone(() => decide(130, 'the process that started the tests is gone'))
    run.start(decide).catch((error: unknown) => decide(92, String(error)))
  })
}

/** test-electron holds the other end of our stdin, so its end tells even of a parent that was killed. */
function onParentGone(listener: () => void): void {
  if (!fstatSync(0).isSocket()) return
  process.stdin.once('close', listener)
  process.stdin.resume()
}
