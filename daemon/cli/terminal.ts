/**
 * What the command line writes to and reads from. `createTerminal` gives the process's own; tests put texts in its
 * place. Answers and tables go to `out`; progress, waybills and errors to `error`, so that a pipe holds answers alone.
 */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

export type Terminal = {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  readonly isOutTty: boolean
  readonly isErrorTty: boolean
  readonly isInputTty: boolean
  readonly isColored: boolean
  /** Columns to draw in; tables outside a terminal are not cut. */
  readonly widthColumns: number
  /** Everything on standard input. */
  readonly readInput: () => Promise<string>
  /** One line from the person; undefined after Ctrl+C or Ctrl+D, or when the signal aborts first. */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string | undefined>
  /** The same, and nothing of the line is shown. */
  readonly askHidden: (question: string, signal: AbortSignal) => Promise<string | undefined>
}

/** A terminal that nobody told its size says 0. */
const usualColumns = 80

export function createTerminal(environment: Readonly<Record<string, string | undefined>>): Terminal {
  const isOutTty = process.stdout.isTTY === true
  const isErrorTty = process.stderr.isTTY === true
  // A reader that leaves early (`| head`) is no error of ours.
  process.stdout.on('error', () => process.exit(0))
  process.stderr.on('error', () => undefined)
  return {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    isOutTty,
    isErrorTty,
    isInputTty: process.stdin.isTTY === true,
    // https://no-color.org: any value that is not empty.
    isColored: isOutTty && isErrorTty && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb',
    widthColumns: isOutTty ? Math.max(40, process.stdout.columns || usualColumns) : Number.POSITIVE_INFINITY,
    readInput: readStandardInput,
    ask: (question, signal) => askOnTerminal(question, { output: process.stderr }, signal),
    askHidden,
  }
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** A terminal whose output goes nowhere: it takes the line key by key, and the system shows none of them. */
async function askHidden(question: string, signal: AbortSignal): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, onDone) => onDone() })
  const line = askOnTerminal('', { output: nowhere, terminal: true }, signal)
  // Only now is nothing shown that is typed.
  process.stderr.write(question)
  return line.finally(() => process.stderr.write('\n'))
}

async function askOnTerminal(
  question: string,
  how: { readonly output: Writable; readonly terminal?: true },
  signal: AbortSignal,
): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, ...how })
  // Ctrl+C and Ctrl+D end the question, not the process: the caller decides.
  const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))
  try {
    return await Promise.race([lines.question(question, { signal }).catch(() => undefined), closed])
  } finally {
    lines.close()
  }
}
