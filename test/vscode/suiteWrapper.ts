// Runs inside the extension host, in place of the suite: `run` loads the suite that CODE_SHIM_SUITE names (a CommonJS file
// exporting `run(): Promise<void>`) and tells its console output and its result to the stand-in at CODE_SHIM_SOCKET.

import { Console } from 'node:console'
import { createRequire } from 'node:module'
import { createConnection, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { inspect } from 'node:util'
import type { SuiteMessage } from './suiteChannel.ts'

export async function run(): Promise<void> {
  const socket = await connect(environmentValue('CODE_SHIM_SOCKET'))
  const output = new Writable({
    write(chunk, _encoding, done) {
      send(socket, { kind: 'output', text: String(chunk) }, done)
    },
  })
  // VS Code guards each method of its console against replacement, but not the console as a whole.
  globalThis.console = new Console({ stdout: output, stderr: output })

  const exitCode = await exitCodeOf(environmentValue('CODE_SHIM_SUITE'))
  send(socket, { kind: 'result', exitCode }, () => undefined)
  // The stand-in ends this process. Returning would let the workbench report an end of its own, and the two would race.
  await new Promise(() => undefined)
}

async function exitCodeOf(suitePath: string): Promise<number> {
  try {
    const suite: unknown = createRequire(__filename)(suitePath)
    if (!hasRun(suite)) throw new Error(`Expected ${suitePath} to export run().`)
    await suite.run()
    return 0
  } catch (error) {
    console.error(inspect(error))
    return 1
  }
}

function hasRun(value: unknown): value is { run(): Promise<void> } {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function'
}

function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => resolve(socket))
    // After the connection stands, an error means that the stand-in is gone, and with it this process soon.
    socket.on('error', reject)
  })
}

function send(socket: Socket, message: SuiteMessage, done: () => void): void {
  socket.write(`${JSON.stringify(message)}\n`, () => done())
}

function environmentValue(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`Expected ${name} in the environment; codeShim.ts sets it.`)
  return value
}
