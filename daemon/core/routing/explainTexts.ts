/** The sentences of an explanation about endpoints that were left out: a reason with its numbers, and the near miss. */
import type { NearMiss } from '../../../shared/domain/explanation.ts'
import { formatCount, formatDollars, formatSeconds } from '../../../shared/domain/format.ts'
import type { RejectedEndpoint, RejectionReason } from '../../../shared/domain/routePlan.ts'
import { limitsOf } from './filterEndpoints.ts'
import { rejectionTexts } from './noEndpoint.ts'
import type { PlanInput, PlannedEndpoint } from './planInput.ts'

/** As `it is dearer than max_price ($15.00 of $2.10 for a million tokens of input)`; no numbers without the input. */
export function rejectionText({ endpoint, reason }: RejectedEndpoint, input: PlanInput | undefined): string {
  const text = rejectionTexts[reason]
  const planned = input?.models.flatMap(({ endpoints }) => endpoints).find((one) => one.facts.id === endpoint)
  const numbers = input === undefined || planned === undefined ? undefined : numbersOf(reason, planned, input)
  return numbers === undefined ? text : `${text} (${numbers})`
}

/** As `a/x@one would have been first, had max_price allowed $15.00 instead of $2.10 for a million tokens`. */
export function nearMissText({ endpoint, reason, limit, value }: NearMiss): string {
  return `${endpoint} would have been first, ${conditionOf(reason, limit, value)}`
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

function priceNumbersOf({ facts }: PlannedEndpoint, input: PlanInput): string | undefined {
  const { price } = limitsOf(input)
  const compared = [
    ['for a million tokens of input', facts.promptNanodollars, price?.prompt],
    ['for a million tokens of output', facts.completionNanodollars, price?.completion],
    ['for each request', facts.requestNanodollars, price?.request],
    ['for each image', facts.imageNanodollars, price?.image],
  ] as const
  const dearer = compared.flatMap(([unit, value, limit]) =>
    value !== undefined && limit !== undefined && value > limit
      ? [`${dollarsOf(value)} ${unit}, at most ${dollarsOf(limit)} allowed`]
      : [],
  )
  return dearer.length === 0 ? undefined : dearer.join('; ')
}

function conditionOf(reason: RejectionReason, limit: number | undefined, value: number | undefined): string {
  if (limit !== undefined && value !== undefined) {
    switch (reason) {
      case 'price-too-high':
        return `had \`max_price\` allowed ${dollarsOf(value)} instead of ${dollarsOf(limit)} for a million tokens`
      case 'context-too-small':
        return `had the request needed ${formatCount(value)} tokens at most instead of ${formatCount(limit)}`
      case 'output-limit-too-small':
        return `had the request asked for ${formatCount(value)} tokens at most instead of ${formatCount(limit)}`
    }
  }
  return conditions[reason]
}

const conditions: Readonly<Record<RejectionReason, string>> = {
  'not-in-only': 'had `only` named its provider',
  ignored: 'had `ignore` not named its provider',
  'not-in-order': 'had `order` named its provider',
  'fallbacks-off': 'had fallbacks been on',
  'context-too-small': 'had the request fitted its context',
  'output-limit-too-small': 'had the request asked for a shorter answer',
  'modality-unsupported': 'had the prompt been text alone',
  'parameter-unsupported': 'had the request not asked for what it does not support',
  'data-collection': 'had its provider been known to leave prompts uncollected',
  'no-zdr': 'had its provider been known to keep nothing',
  quantization: 'had its quantization been among those allowed',
  'price-too-high': 'had `max_price` allowed its price',
  'price-unknown': 'had its price been known, or `max_price` not set',
  'no-key': 'had there been a key for its provider',
  'keys-refused': 'had its provider not refused the key',
  'keys-cooling': 'had its provider not asked to be left alone',
  'breaker-open': 'had it not failed again and again just before',
  'probe-under-way': 'had another request not just been trying whether it is back',
}

function countOf(tokens: number | undefined): string {
  return tokens === undefined ? 'unknown' : formatCount(tokens)
}

/** Two decimals where they say it all. */
function dollarsOf(nanodollars: number): string {
  return formatDollars(nanodollars, nanodollars % 10_000_000 === 0 ? 'card' : 'price')
}
