/**
 * Checks one day file: that its first line opens that day and follows what stood before, and the chain of its lines. A file
 * without any chain is one of an older build, and can only stand before all that are chained.
 */
import type { KeyObject } from 'node:crypto'
import * as z from 'zod'
import type { AuditFinding } from './auditFinding.ts'
import { type ChainWalk, walkChain } from './chainWalk.ts'
import { chainPartsOf } from './journalChain.ts'
import { linesForwards, schemaOfFirstLine } from './journalLines.ts'

export type DayAuditOptions = {
  readonly day: string
  readonly content: Buffer
  readonly key: KeyObject
  /** Chain value of the last line of the files before; undefined when none is chained. */
  readonly previous: string | undefined
  readonly knownHeads: { readonly has: (value: string) => boolean }
}

export type DayAudit = ChainWalk & {
  readonly day: string
  /** What its first line says it follows: a chain value, or nothing; undefined when the file is not chained. */
  readonly follows: string | undefined
  readonly notes: readonly AuditFinding[]
}

export function auditDay(options: DayAuditOptions): DayAudit {
  const { day, content, key, previous, knownHeads } = options
  const file = `${day}.jsonl`
  const lines = [...linesForwards(content)].map(({ bytes }) => bytes)
  const tornBytes = content.length - (content.lastIndexOf(0x0a) + 1)
  const torn =
    tornBytes === 0 ? [] : [{ file, what: `${tornBytes} bytes after the last whole line: torn, or being written` }]
  if (!lines.some((line) => chainPartsOf(line) !== undefined)) {
    const { findings, notes } = unchained(file, lines[0], previous)
    return { ...nothing, day, findings, notes: [...notes, ...torn] }
  }

  const opening = openingOf(lines[0])
  const follows = opening?.follows ?? ''
  const walk = walkChain({ file, lines, key, follows, knownHeads })
  const opened = walk.rekeyedLine === undefined ? openingFindings(options, opening) : []
  return { ...walk, day, follows, findings: [...opened, ...walk.findings], notes: torn }
}

const nothing = {
  head: undefined,
  follows: undefined,
  checkedLines: 0,
  rewrittenLines: 0,
  rewrittenDigest: '',
  foundHeads: [],
  told: [],
  rekeyedLine: undefined,
}

function unchained(
  file: string,
  first: Buffer | undefined,
  previous: string | undefined,
): Pick<DayAudit, 'findings' | 'notes'> {
  const say = (what: string) => [{ file, what }]
  if (first === undefined) return { findings: [], notes: say('it holds no line') }
  if (previous !== undefined) return { findings: say('it has no chain, and files before it have'), notes: [] }
  if (schemaOfFirstLine(first) === 1) return { findings: [], notes: say('written by an older build, without a chain') }
  return { findings: say('it has no chain, and no older build wrote it'), notes: [] }
}

function openingFindings({ day, previous }: DayAuditOptions, opening: Opening | undefined): readonly AuditFinding[] {
  const say = (what: string) => [{ file: `${day}.jsonl`, line: 1, what }]
  if (opening?.day !== day) return say(`it is not the line that opens ${day}`)
  if (previous === undefined || opening.follows === previous) return []
  return say('it does not follow the last line of the file before: lines at its end, or whole files, were removed')
}

type Opening = { readonly day: string; readonly follows: string }

const openingSchema = z.object({ day: z.string(), previous: z.string().default('') })

function openingOf(line: Buffer | undefined): Opening | undefined {
  try {
    const { day, previous } = openingSchema.parse(JSON.parse(line?.toString('utf8') ?? ''))
    return { day, follows: previous }
  } catch {
    return undefined
  }
}
