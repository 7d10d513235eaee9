/**
 * Walks the chain through the lines of one file. A line follows when its value comes from its bytes and the value before
 * it. Where one does not, the next ones tell more: when they follow a line before it, it was put in between; else it
 * is another than was written, or the first behind something that was removed. Of lines before one that says that the
 * key was lost nothing is known, so nothing is found there.
 */
import type { KeyObject } from 'node:crypto'
import type { JournalEntry } from '../core/journal/entry.ts'
import type { AuditFinding } from './auditFinding.ts'
import { chainPartsOf, chainValue, digestOf, isRewritten } from './journalChain.ts'
import { readLine } from './journalLines.ts'

export type ChainWalkOptions = {
  readonly file: string
  /** Without their newlines. */
  readonly lines: readonly Buffer[]
  readonly key: KeyObject
  /** The value before the first line. */
  readonly follows: string
  readonly knownHeads: { readonly has: (value: string) => boolean }
}

export type ChainWalk = {
  /** Chain value of the last line; undefined when none has one. */
  readonly head: string | undefined
  readonly checkedLines: number
  readonly rewrittenLines: number
  readonly rewrittenDigest: string
  /** Those of the known heads that stand in it, but none of lines that do not follow. */
  readonly foundHeads: readonly string[]
  /** What its lines say of what is no longer there; only lines that follow. */
  readonly told: readonly { readonly entry: JournalEntry; readonly line: number }[]
  /** The last line that says that the key was lost before it; lines before it are not checked. */
  readonly rekeyedLine: number | undefined
  readonly findings: readonly AuditFinding[]
}

/** Of findings in one file: an attacker can make as many as there are lines. */
const maxFindings = 20
/** So many lines in a row may be put in before the ones behind them are doubted too. */
const maxCandidates = 16

const newline = Buffer.from('\n')
const tellingMarks = ['retention', 'forgotten', 'recovered', 'rekeyed'].map((type) => `{"t":"${type}"`)

export function walkChain({ file, lines, key, follows, knownHeads }: ChainWalkOptions): ChainWalk {
  let findings: AuditFinding[] = []
  let rekeyedLine: number | undefined
  const rewritten: Buffer[] = []
  const foundHeads: string[] = []
  const doubtfulHeads: string[] = []
  const told: { entry: JournalEntry; line: number }[] = []
  let checkedLines = 0
  /** What the next line may follow: the line before it, or those before lines that do not follow themselves. */
  let candidates: readonly { readonly value: string; readonly line: number }[] = [{ value: follows, line: 0 }]
  let doubtful: readonly number[] = []

  const find = (what: string, line: number) => {
    if (findings.length < maxFindings) findings.push({ file, line, what })
  }
  const goOn = (followed: number, value: string, line: number) => {
    for (const one of doubtful) {
      find(one > followed ? 'it was put in here' : 'it was changed, or what stood before it was removed', one)
    }
    doubtful = []
    candidates = [{ value, line }]
    if (knownHeads.has(value)) foundHeads.push(value)
  }
  const check = (bytes: Buffer, line: number) => {
    const parts = chainPartsOf(bytes)
    if (parts === undefined) {
      find('it is not a line of the chain: damaged, or put in here', line)
      return
    }
    const { open, value } = parts
    if (isRewritten(bytes)) {
      rewritten.push(Buffer.concat([bytes, newline]))
      goOn(line - 1, value, line)
      return
    }
    checkedLines += 1
    const followed = candidates.findLast((one) => chainValue(key, one.value, open) === value)
    if (followed === undefined) {
      doubtful = [...doubtful, line]
      if (knownHeads.has(value)) doubtfulHeads.push(value)
      candidates = [...candidates, { value, line }].slice(-maxCandidates)
      return
    }
    goOn(followed.line, value, line)
    const entry = tellingEntry(bytes)
    if (entry !== undefined) told.push({ entry, line })
    if (entry?.type === 'rekeyed') {
      rekeyedLine = line
      checkedLines = 1
      findings = []
      foundHeads.push(...doubtfulHeads)
    }
  }

  for (const [index, bytes] of lines.entries()) check(bytes, index + 1)
  const head = candidates.at(-1)?.value
  for (const one of doubtful) find('it was changed, or what stood before it was removed', one)
  return {
    head,
    checkedLines,
    rewrittenLines: rewritten.length,
    rewrittenDigest: digestOf(rewritten),
    foundHeads,
    told,
    rekeyedLine,
    findings,
  }
}

function tellingEntry(line: Buffer): JournalEntry | undefined {
  const beginning = line.toString('latin1', 0, 20)
  if (!tellingMarks.some((mark) => beginning.startsWith(mark))) return undefined
  const read = readLine(line)
  return typeof read === 'object' && read.needs === 'nothing' ? read.entry : undefined
}
