/**
 * Waybills as CSV (RFC 4180: lines end in CR LF, a field that needs it stands in quotes). Money is in integer nanodollars,
 * one column a kind, so that no sum loses one. A text that a spreadsheet would take for a formula has an apostrophe before
 * it (OWASP, "CSV Injection"; read 2026-11-28).
 */
import type { AttemptRecord, Waybill } from '../../shared/domain/waybill.ts'

type Field = string | number | undefined
type Column = readonly [string, (waybill: Waybill, last: AttemptRecord | undefined) => Field]

const columns: readonly Column[] = [
  ['request', ({ requestId }) => requestId],
  ['started', ({ startedAtMs }) => new Date(startedAtMs).toISOString()],
  ['outcome', ({ outcome }) => outcome],
  ['failure', ({ failure }) => failure?.kind],
  ['user', ({ caller }) => caller.user],
  ['client', ({ caller }) => caller.client],
  ['workspace', ({ caller }) => caller.workspace],
  ['profile', ({ profile }) => profile],
  ['prompt', ({ prompt }) => prompt],
  ['tier', ({ tier }) => tier],
  // Of the attempt that answered, else of the last one.
  ['model', (_, last) => last?.model],
  ['provider', (_, last) => last?.provider],
  ['endpoint', (_, last) => last?.endpoint],
  ['attempts', ({ attempts }) => attempts.length],
  ['first_text_ms', ({ firstTextMs }) => firstTextMs],
  ['total_ms', ({ totalMs }) => totalMs],
  ['input_tokens', (_, last) => last?.usage?.inputTokens],
  ['cached_input_tokens', (_, last) => last?.usage?.cachedInputTokens],
  ['output_tokens', (_, last) => last?.usage?.outputTokens],
  ['reasoning_tokens', (_, last) => last?.usage?.reasoningTokens],
  ['measured_nanodollars', ({ cost }) => cost.measuredNanodollars],
  ['estimated_nanodollars', ({ cost }) => cost.estimatedNanodollars],
  ['estimated_low_nanodollars', ({ cost }) => cost.estimatedLowNanodollars],
  ['estimated_high_nanodollars', ({ cost }) => cost.estimatedHighNanodollars],
  ['unknown_costs', ({ cost }) => cost.unknownCount],
  ['practice_nanodollars', ({ cost }) => cost.practiceNanodollars],
]

export const csvHeader = `${columns.map(([name]) => name).join(',')}\r\n`

export function csvRow(waybill: Waybill): string {
  const last = waybill.attempts.find(({ outcome }) => outcome === 'succeeded') ?? waybill.attempts.at(-1)
  return `${columns.map(([, field]) => csvField(field(waybill, last))).join(',')}\r\n`
}

function csvField(value: Field): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
