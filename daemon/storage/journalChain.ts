/**
 * The chain over the journal's lines of schema 2. A line is a JSON object whose last field is its chain value:
 *
 *     {BODY,"~":"VALUE"}     VALUE = the first 22 characters (132 bits) of base64url(HMAC-SHA-256(key, PREVIOUS {BODY))
 *
 * PREVIOUS is the value of the line before, over the ends of files too: a file's first line says it as `previous`. The
 * very first line of all has none. A line that was written anew when the user had something forgotten begins with
 * `rewritten` and keeps the value of the line it stands for, so that the chain goes on over it; `forgotten` lines vouch
 * for such lines by `digestOf`.
 */
import { createHash, createHmac, type KeyObject } from 'node:crypto'

const fieldBefore = ',"~":"'
const fieldAfter = '"}'
const valueLength = 22
const suffixBytes = fieldBefore.length + valueLength + fieldAfter.length
const valuePattern = /^[A-Za-z0-9_-]{22}$/

const rewrittenMark = '{"rewritten":1'

export type ChainedLine = {
  /** The line without its chain value and without the brace that closes it. */
  readonly open: Buffer
  readonly value: string
}

/** `body`: a JSON object that is not empty. */
export function chainedLine(key: KeyObject, previous: string, body: string): { readonly text: string; value: string } {
  const open = body.slice(0, -1)
  const value = chainValue(key, previous, open)
  return { text: withValue(open, value), value }
}

export function chainValue(key: KeyObject, previous: string, open: string | Buffer): string {
  const mac = createHmac('sha256', key).update(previous).update(open)
  return mac.digest('base64url').slice(0, valueLength)
}

/** Undefined: the line (without its newline) has no chain value. */
export function chainPartsOf(line: Buffer): ChainedLine | undefined {
  const start = line.length - suffixBytes
  if (start < 2) return undefined
  const suffix = line.toString('latin1', start)
  if (!suffix.startsWith(fieldBefore) || !suffix.endsWith(fieldAfter)) return undefined
  const value = suffix.slice(fieldBefore.length, -fieldAfter.length)
  return valuePattern.test(value) ? { open: line.subarray(0, start), value } : undefined
}

/** The line that stands for another one from now on; `body`: what may stay of it. */
export function rewrittenLine(value: string, body: object | undefined): string {
  const fields = body === undefined ? '' : `,${JSON.stringify(body).slice(1, -1)}`
  return withValue(`${rewrittenMark}${fields}`, value)
}

export function isRewritten(line: Buffer): boolean {
  return line.toString('latin1', 0, rewrittenMark.length) === rewrittenMark
}

/** Of all rewritten lines of a file, in order, each with its newline. */
export function digestOf(lines: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const line of lines) hash.update(line)
  return hash.digest('base64url').slice(0, valueLength)
}

export function isChainValue(text: string): boolean {
  return valuePattern.test(text)
}

function withValue(open: string, value: string): string {
  return `${open}${fieldBefore}${value}${fieldAfter}\n`
}
