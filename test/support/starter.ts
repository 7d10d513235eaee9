/**
 * A process that tries to become the daemon, for process tests. It reads lines of JSON: `{home}` starts a try and is answered
 * with `{state, pid, socketPath?, message?}`; `{close: true}` closes what was won and is answered with `{state: 'closed'}`. Its server
 * answers every connection with its process number.
 */
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { foldersIn } from '../../daemon/storage/dataFolders.ts'
import { becomeDaemon } from '../../daemon/storage/instanceLock.ts'

let close: (() => void) | undefined

function answer(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

async function tryOnce(home: string): Promise<void> {
  const server = createServer((socket) => {
    // Whoever only wanted to know whether somebody listens is gone by now.
    socket.on('error', () => socket.destroy())
    socket.end(`${process.pid}\n`)
  })
  const folders = foldersIn(home)
  const result = await becomeDaemon({
    folders,
    server,
    build: { version: '0.0.0', builtAtMs: 0 },
    startedAtMs: Date.now(),
  })
  if (result.state === 'won') close = result.close
  answer({
    state: result.state,
    pid: process.pid,
    ...(result.state === 'won' ? { socketPath: result.discovery.socketPath } : {}),
    ...(result.state === 'failed' ? { message: result.message } : {}),
  })
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const command = JSON.parse(line) as { readonly home?: string; readonly close?: boolean }
  if (command.home !== undefined) void tryOnce(command.home)
  if (command.close === true) {
    close?.()
    close = undefined
    answer({ state: 'closed' })
  }
})
process.stdin.on('end', () => process.exit(0))
answer({ state: 'ready' })
