/**
 * A waybill in one line, as it stands under an answer and above an edit: who answered, how long it took, tokens, cost. A practice
 * provider is named so, and its pretend cost is never written as an amount.
 */
import { formatMoneySum, formatSeconds, formatTokens } from '../../shared/domain/format.ts'
import type { Usage } from '../../shared/domain/usage.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { endpointWords } from './requestView.ts'

/** `gpt-5-mini at openai, 4.2 s, 2,184 tokens in, 312 out, $0.0021`. */
export function requestSummaryOf(waybill: Waybill): string {
  const last = waybill.attempts.at(-1)
  if (last === undefined) return `no provider was called, ${formatSeconds(waybill.totalMs)}`
  const failedBefore = waybill.attempts.length - 1
  const facts = [
    endpointWords(last),
    ...(failedBefore === 0 ? [] : [`after ${failedBefore} failed ${failedBefore === 1 ? 'attempt' : 'attempts'}`]),
    formatSeconds(waybill.totalMs),
    tokenWords(last.usage),
    costWords(waybill),
  ]
  return facts.join(', ')
}

function tokenWords(usage: Usage | undefined): string {
  if (usage?.inputTokens === undefined && usage?.outputTokens === undefined) return 'tokens unknown'
  return `${formatTokens(usage.inputTokens)} tokens in, ${formatTokens(usage.outputTokens)} out`
}

/** A bare "unknown" or "pretend" would not say of what. */
function costWords(waybill: Waybill): string {
  const cost = formatMoneySum(waybill.cost, 'request')
  return /^[~<]?\$/.test(cost) ? cost : `cost ${cost}`
}
