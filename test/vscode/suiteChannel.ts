// The socket over which a suite in the extension host speaks for itself: one JSON message per line. Ours is the only end that
// closes it: a connection that closes before a result means that the extension host is gone.

import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

export type SuiteMessage =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'result'; readonly exitCode: number }

export interface SuiteListener {
  onOutput(text: string): void
  onResult(exitCode: number): void
  /** The connection closed without a result. */
  onLost(): void
}

export function listenToSuite(socketPath: string, listener: SuiteListener): Promise<void> {
  const server = createServer((connection) => {
    let hasResult = false
    // A killed host resets the connection; `close` follows.
    connection.on('error', () => undefined)
    createInterface({ input: connection }).on('line', (line) => {
      const message = decodeSuiteMessage(JSON.parse(line))
      switch (message.kind) {
        case 'output':
          listener.onOutput(message.text)
          break
        case 'result':
          hasResult = true
          listener.onResult(message.exitCode)
          break
      }
    })
    connection.on('close', () => {
      if (!hasResult) listener.onLost()
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
}

function decodeSuiteMessage(value: unknown): SuiteMessage {
  if (typeof value === 'object' && value !== null && 'kind' in value) {
    if (value.kind === 'output' && 'text' in value && typeof value.text === 'string') {
      return { kind: 'output', text: value.text }
    }
    if (value.kind === 'result' && 'exitCode' in value && typeof value.exitCode === 'number') {
      return { kind: 'result', exitCode: value.exitCode }
    }
  }
  throw new Error(`Expected an output or a result from the suite, got ${JSON.stringify(value)}.`)
}
