/** The sentences of an explanation about endpoints that were left out: a reason with its numbers, and the near miss. */
import type { ExceededPrice } from '../../../shared/domain/explanation.ts'
import { formatCount, formatDollars, formatSeconds } from '../../../shared/domain/format.ts'
import type { RejectedEndpoint, RejectionReason } from '../../../shared/domain/routePlan.ts'
import { exceededPricesOf, type LiftableReason, type LiftedNearMiss } from './nearMiss.ts'
import { rejectionTexts } from './noEndpoint.ts'
import type { PlanInput, PlannedEndpoint } from './planInput.ts'

/** As `it is dearer than max_price ($15.00 of $2.10 for a million tokens of input)`; no numbers without the input. */
export function rejectionText({ endpoint, reason }: RejectedEndpoint, input: PlanInput | undefined): string {
  const text = rejectionTexts[reason]
  const planned = input?.models.flatMap(({ endpoints }) => endpoints).find((one) => one.facts.id === endpoint)
  const numbers = input === undefined || planned === undefined ? undefined : numbersOf(reason, planned, input)
  return numbers === undefined ? text : `${text} (${numbers})`
}

/** As `a/x@one would have been first, had max_price allowed $15.00 instead of $2.10 for a million tokens of input`. */
export function nearMissText(miss: LiftedNearMiss): string {
  return `${miss.endpoint} would have been first, ${conditionOf(miss)}`
}

function numbersOf(reason: RejectionReason, planned: PlannedEndpoint, input: PlanInput): string | undefined {
  const { facts, standing } = planned
  const { inputTokens, requiredOutputTokens } = input.needs
  switch (reason) {
    case 'price-too-high':
      return priceNumbersOf(planned, input)
    case 'context-too-small':
      return `${formatCount(inputTokens + requiredOutputTokens)} tokens needed, ${countOf(facts.contextTokens)} there`
    case 'output-limit-too-small':
      return `${formatCount(requiredOutputTokens)} tokens asked for, at most ${countOf(facts.outputTokens)} given`
    case 'breaker-open':
      return `for another ${formatSeconds(standing.openUntilMs - input.nowMs)} at that time`
    case 'keys-cooling':
      return standing.keys.state === 'ready'
        ? `for another ${formatSeconds(standing.keys.readyAtMs - input.nowMs)} at that time`
        : undefined
    default:
      return undefined
  }
}

function priceNumbersOf(planned: PlannedEndpoint, input: PlanInput): string | undefined {
  const dearer = exceededPricesOf(planned, input).map(
    ({ of, limit, value }) => `${dollarsOf(value)} ${priceUnits[of]}, at most ${dollarsOf(limit)} allowed`,
  )
  return dearer.length === 0 ? undefined : dearer.join('; ')
}

const priceUnits: Readonly<Record<ExceededPrice['of'], string>> = {
  prompt: 'for a million tokens of input',
  completion: 'for a million tokens of output',
  request: 'for each request',
  image: 'for each image',
}

function conditionOf({ reason, limit, value, prices = [] }: LiftedNearMiss): string {
  if (reason === 'price-too-high' && prices.length > 0) {
    const raised = prices.map(
      (one) => `${dollarsOf(one.value)} instead of ${dollarsOf(one.limit)} ${priceUnits[one.of]}`,
    )
    return `had \`max_price\` allowed ${raised.join(' and ')}`
  }
  if (limit === undefined || value === undefined) return conditions[reason]
  switch (reason) {
    case 'context-too-small':
      return `had the request needed ${formatCount(value)} tokens at most instead of ${formatCount(limit)}`
    case 'output-limit-too-small':
      return `had the request asked for ${formatCount(value)} tokens at most instead of ${formatCount(limit)}`
    default:
      return conditions[reason]
  }
}

const conditions: Readonly<Record<LiftableReason, string>> = {
  'context-too-small': 'had the request fitted its context',
  'output-limit-too-small': 'had the request asked for a shorter answer',
  'modality-unsupported': 'had the prompt been text alone',
  'parameter-unsupported': 'had the request not asked for what it does not support',
  'data-collection': 'had its provider been known to leave prompts uncollected',
  'no-zdr': 'had its provider been known to keep nothing',
  quantization: 'had its quantization been among those allowed',
  'price-too-high': 'had `max_price` allowed its price',
  'price-unknown': 'had `max_price` not been set',
  'no-key': 'had there been a key for its provider',
  'keys-refused': 'had its provider not refused the key',
  'keys-cooling': 'had its provider not asked to be left alone',
  'breaker-open': 'had it not failed again and again just before',
  'probe-under-way': 'had another request not just been trying whether it is back',
}

function countOf(tokens: number | undefined): string {
  return tokens === undefined ? 'unknown' : formatCount(tokens)
}

/** Two decimals where they say it all; where five do not, all: two amounts that differ are never written alike. */
function dollarsOf(nanodollars: number): string {
  if (nanodollars % 10_000_000 === 0) return formatDollars(nanodollars, 'card')
  if (nanodollars % 10_000 === 0) return formatDollars(nanodollars, 'price')
  return `$${(nanodollars / 1_000_000_000).toFixed(9).replace(/0+$/, '')}`
}
