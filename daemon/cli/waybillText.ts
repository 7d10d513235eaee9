/**
 * A waybill as a person reads it: one line that sums it up, then who asked, the route, every attempt and the cost.
 * Pure; lines end in a line feed and are broken at the width. The short form is what `run` prints after an answer.
 */

import { estimateWords, reportedWords } from '../../shared/domain/costWords.ts'
import { formatMoney, formatMoneySum, formatSeconds, formatTokens } from '../../shared/domain/format.ts'
import type { Outcome } from '../../shared/domain/streamPart.ts'
import type { AttemptRecord, Waybill } from '../../shared/domain/waybill.ts'
import { type Ink, inkOf } from './ink.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrapped.ts'

type WaybillTerminal = Pick<Terminal, 'isColored' | 'widthColumns'>

export function renderShortWaybill(waybill: Waybill, terminal: WaybillTerminal): string {
  const ink = inkOf(terminal)
  const lines = [
    headline(waybill, ink),
    ...requestFailure(waybill),
    ...waitLine(waybill),
    ...switchLine(waybill),
    ...waybill.attempts.flatMap((attempt) => [
      attemptLine(attempt, ink),
      ...budgetLines(attempt),
      ...unusualFinish(attempt),
      ...failureLines(attempt),
      ...costWordLines(attempt),
    ]),
    costLine(waybill),
  ]
  return linesText(lines, terminal)
}

export function renderFullWaybill(waybill: Waybill, terminal: WaybillTerminal): string {
  const ink = inkOf(terminal)
  const { caller, plan } = waybill
  const lines = [
    headline(waybill, ink),
    ...requestFailure(waybill),
    `  request  ${waybill.requestId}, ${new Date(waybill.startedAtMs).toISOString()}`,
    `  asked    by ${caller.user} from ${caller.client}${caller.workspace === undefined ? '' : ` in ${caller.workspace}`}`,
    `  profile  ${profileOf(waybill)}${waybill.prompt === undefined ? '' : `, prompt ${waybill.prompt}`}`,
    ...(waybill.tier === undefined ? [] : [`  tier     ${waybill.tier}`]),
    ...(plan === undefined ? [] : [`  route    ${routeOf(plan)}`]),
    ...(plan?.rejected ?? []).map(({ endpoint, reason }) => `           not ${endpoint}: ${reason}`),
    ...waitLine(waybill),
    ...switchLine(waybill),
    ...(waybill.catalogDate === undefined ? [] : [`  prices   of the catalogue of ${waybill.catalogDate}`]),
    ...waybill.attempts.flatMap((attempt) => [
      attemptLine(attempt, ink),
      ...budgetLines(attempt),
      ...failureLines(attempt),
      ...attemptDetails(attempt),
    ]),
    costLine(waybill),
  ]
  return linesText(lines, terminal)
}

/** What goes on stands under what is named: behind the label, or a little further in than the detail. */
function linesText(lines: readonly string[], { widthColumns }: WaybillTerminal): string {
  const hangingOf = (line: string) => {
    const lead = line.slice(0, line.length - line.trimStart().length)
    return lead.length < attemptIndent.length - 2 ? attemptIndent : `${lead}  `
  }
  return lines.map((line) => wrapped(line, hangingOf(line), widthColumns)).join('')
}

function outcomeText(outcome: Outcome, ink: Ink): string {
  switch (outcome) {
    case 'succeeded':
      return ink.green(outcome)
    case 'failed':
      return ink.red(outcome)
    case 'cancelled':
    case 'interrupted':
      return ink.yellow(outcome)
  }
}

function headline(waybill: Waybill, ink: Ink): string {
  const answered = waybill.attempts.find((attempt) => attempt.outcome === 'succeeded')
  const by = answered === undefined ? '' : ` by ${endpointText(answered)}`
  const first =
    waybill.firstTextMs === undefined ? '' : `, first text ${formatSeconds(waybill.firstTextMs, 'hundredths')}`
  const total = formatSeconds(waybill.totalMs)
  return `${ink.bold('Waybill')}  ${outcomeText(waybill.outcome, ink)}${by} in ${total}${first}`
}

function attemptLine(attempt: AttemptRecord, ink: Ink): string {
  const facts = [
    `${outcomeText(attempt.outcome, ink)} in ${formatSeconds(attempt.totalMs)}`,
    ...(attempt.isRewound ? ['text taken back'] : []),
    ...(attempt.usage === undefined ? [] : [usageText(attempt)]),
    ...(attempt.next === undefined ? [] : [`next: ${attempt.next}`]),
  ]
  return `  ${ink.dim(`attempt ${attempt.attempt}`)}  ${endpointText(attempt)}  ${facts.join(', ')}`
}

function attemptDetails(attempt: AttemptRecord): readonly string[] {
  const { cost, bound, rates, finishReason } = attempt
  const timings = [
    ...(attempt.headMs === undefined ? [] : [`response head ${formatSeconds(attempt.headMs)}`]),
    ...(attempt.firstTextMs === undefined ? [] : [`first text ${formatSeconds(attempt.firstTextMs, 'hundredths')}`]),
    ...(finishReason === undefined ? [] : [`finished by ${finishReason}`]),
  ]
  const unpriced = attempt.outcome === 'interrupted' ? 'price not kept' : 'price unknown'
  const price = rates === undefined ? unpriced : `price ${rates.source}`
  return [
    ...(timings.length === 0 ? [] : [`${attemptIndent}${timings.join(', ')}`]),
    ...(attempt.key === undefined ? [] : [`${attemptIndent}key ${attempt.key}`]),
    ...droppedLine(attempt),
    `${attemptIndent}cost ${formatMoney(cost, 'request')}, held at most ${formatMoney(bound, 'request')}, ${price}`,
    ...costWordLines(attempt),
  ]
}

/** Whoever reads a cost must see that it is an estimate, and that the provider says another. */
function costWordLines(attempt: AttemptRecord): readonly string[] {
  return [estimateWords(attempt), reportedWords(attempt)].flatMap((words) =>
    words === undefined ? [] : [`${attemptIndent}${words}`],
  )
}

function routeOf({ candidates, orderedBy }: NonNullable<Waybill['plan']>): string {
  const order = orderedBy === undefined ? '' : ` (ordered by ${orderedBy})`
  return `${candidates.join(', then ') || 'no candidate'}${order}`
}

/** Whoever waited must see what for. */
function waitLine({ waitedMs }: Waybill): readonly string[] {
  return waitedMs === undefined ? [] : [`  waited   ${formatSeconds(waitedMs)}: nobody could be called before`]
}

function switchLine({ switchedFrom, profile }: Waybill): readonly string[] {
  if (switchedFrom === undefined) return []
  return [`  budget   ${switchedFrom.budget} had nothing left for ${switchedFrom.profile}: went on with ${profile}`]
}

/** Whoever wonders why an answer ends early must see that a budget cut it. */
function budgetLines({ cutOutput, isOverBound, isReleased }: AttemptRecord): readonly string[] {
  return [
    ...(cutOutput === undefined
      ? []
      : [`${attemptIndent}cut to ${formatTokens(cutOutput.maxOutputTokens)} tokens by budget ${cutOutput.budget}`]),
    ...(isReleased === true ? [`${attemptIndent}interrupted; its cost is what you said with budgets release`] : []),
    ...(isOverBound === true ? [`${attemptIndent}answered with more than it was asked for at most`] : []),
  ]
}

function droppedLine({ droppedParameters = [] }: AttemptRecord): readonly string[] {
  return droppedParameters.length === 0 ? [] : [`${attemptIndent}sent without ${droppedParameters.join(', ')}`]
}

/** Whoever reads the short form must see that an answer is not whole. */
function unusualFinish({ finishReason }: AttemptRecord): readonly string[] {
  return finishReason === undefined || finishReason === 'stop' ? [] : [`${attemptIndent}finished by ${finishReason}`]
}

function costLine(waybill: Waybill): string {
  const isPractice = waybill.attempts.length > 0 && waybill.attempts.every((attempt) => attempt.isPractice)
  const note = isPractice ? ' (practice: nobody is billed)' : ''
  return `  cost     ${formatMoneySum(waybill.cost, 'request')}${note}`
}

function endpointText(attempt: AttemptRecord): string {
  return attempt.isPractice ? `${attempt.endpoint} (practice)` : attempt.endpoint
}

function usageText(attempt: AttemptRecord): string {
  const { inputTokens, outputTokens } = attempt.usage ?? {}
  const extent = attempt.isUsagePartial ? ' counted so far' : ''
  return `tokens ${formatTokens(inputTokens)} in, ${formatTokens(outputTokens)} out${extent}`
}

function profileOf(waybill: Waybill): string {
  if (waybill.profile === undefined) return 'none'
  return waybill.profileSource === undefined ? waybill.profile : `${waybill.profile} (by ${waybill.profileSource})`
}

const attemptIndent = ' '.repeat(13)

function failureLines({ failure }: AttemptRecord): readonly string[] {
  return failure === undefined ? [] : [`${attemptIndent}${failure.kind}: ${failure.message}`]
}

/** Only where no attempt says the same. */
function requestFailure({ failure, attempts }: Waybill): readonly string[] {
  if (failure === undefined || attempts.at(-1)?.failure?.message === failure.message) return []
  return [`  ${failure.kind}: ${failure.message}`]
}
