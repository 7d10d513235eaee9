/**
 * What stands beside a cost that is not simply counted tokens at a known price: what an estimate was made from, and what the
 * provider itself says. Pure; the same words in the panel and the command line.
 */
import { formatCount, formatDollars, formatRatio } from './format.ts'
import type { Outcome } from './streamPart.ts'
import type { AttemptRecord } from './waybill.ts'

type Costed = Pick<AttemptRecord, 'outcome' | 'cost' | 'receivedBytes' | 'reportedNanodollars'>

/** `estimated: cancelled after 1,234 bytes, between $0.0002 and $0.0100`; undefined for other kinds of money. */
export function estimateWords({ outcome, cost, receivedBytes }: Costed): string | undefined {
  if (cost.kind !== 'estimated') return undefined
  const high = formatDollars(cost.highNanodollars, 'request')
  if (receivedBytes === undefined) return `estimated: ${endWords[outcome]}, at most ${high}`
  const low = formatDollars(cost.lowNanodollars, 'request')
  const range = low === high ? high : `between ${low} and ${high}`
  return `estimated: ${endWords[outcome]} ${afterWords(outcome, receivedBytes)}, ${range}`
}

/** `the provider says $0.0034`, and by how much that is more or less where it differs by over a percent. */
export function reportedWords({ cost, reportedNanodollars }: Costed): string | undefined {
  if (reportedNanodollars === undefined) return undefined
  const says = `the provider says ${formatDollars(reportedNanodollars, 'request')}`
  if (cost.kind !== 'measured') return says
  const difference = reportedNanodollars - cost.nanodollars
  if (Math.abs(difference) * percents <= cost.nanodollars) return says
  const direction = difference > 0 ? 'more' : 'less'
  const ratio = cost.nanodollars === 0 ? '' : `${formatRatio(Math.abs(difference) / cost.nanodollars)} `
  return `${says}, ${ratio}${direction} than its price makes it`
}

const percents = 100

const endWords: Readonly<Record<Outcome, string>> = {
  succeeded: 'the provider sent no count',
  failed: 'broken off',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
}

function afterWords(outcome: Outcome, receivedBytes: number): string {
  if (outcome === 'succeeded') return `of ${formatCount(receivedBytes)} bytes`
  return receivedBytes === 0 ? 'before any text' : `after ${formatCount(receivedBytes)} bytes`
}
