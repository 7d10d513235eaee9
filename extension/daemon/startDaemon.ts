/**
 * Starts the daemon through the bundled command line: resolves once `waybill start` says that one runs (its own or another
 * window's), rejects with words that say what to do. The daemon detaches itself; nothing here holds on to it.
 */
import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { requestError } from './requestFailure.ts'

export type StartDaemonOptions = {
  /** Absolute path of the bundle with the command line. */
  readonly bundlePath: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

const patienceMs = 20_000
const saidLimit = 4_000

export function startDaemon({ bundlePath, environment }: StartDaemonOptions): Promise<void> {
  return new Promise((settle, reject) => {
    const child = spawn(process.execPath, [bundlePath, 'start', '--json'], {
      cwd: homedir(),
      env: daemonEnvironmentOf(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      timeout: patienceMs,
    })
    let said = ''
    const onOutput = (chunk: string) => {
      said = (said + chunk).slice(-saidLimit)
    }
    child.stdout.setEncoding('utf8').on('data', onOutput)
    child.stderr.setEncoding('utf8').on('data', onOutput)
    child.once('error', (error) => reject(notStarted(error.message)))
    // Not at its exit: its last words may still be in the pipe.
    child.once('close', (code, signal) => {
      if (code === 0) settle()
      else if (signal !== null) reject(notStarted(`it did not answer within ${patienceMs / 1000} s`))
      else reject(notStarted(said.trim() === '' ? `it ended with code ${code}` : said.trim()))
    })
  })
}

/**
 * Without what belongs to the editor: VSCODE_* and ELECTRON_* would make a child part of this window, and NODE_OPTIONS may name
 * hooks of a debugger. ELECTRON_RUN_AS_NODE makes the desktop editor's own executable behave as Node.
 */
export function daemonEnvironmentOf(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !/^(VSCODE_|ELECTRON_)|^NODE_OPTIONS$/i.test(name)) kept[name] = value
  }
  return { ...kept, ELECTRON_RUN_AS_NODE: '1' }
}

function notStarted(reason: string): Error {
  const message = `The Waybill daemon could not be started: ${reason.replace(/\.$/, '')}. "Waybill: Show Log" has more; "waybill doctor" in a terminal checks what can be wrong.`
  return requestError({ kind: 'unreachable', message })
}
