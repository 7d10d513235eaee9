/**
 * An explanation as a person reads it: the sentence that answers why, the candidates with the numbers behind their order,
 * what was left out and why, the near miss, the attempts with what was decided after each. Pure; lines end in a line
 * feed and sentences are broken at the width, at most 100 columns.
 */
import type { CandidateScore, PlanExplanation } from '../../shared/domain/explanation.ts'
import { formatDollars, formatMoney, formatRatio, formatSeconds, formatTokens } from '../../shared/domain/format.ts'
import type { Money } from '../../shared/domain/money.ts'
import type { Explanation } from '../../shared/protocol/explain.ts'
import { inkOf } from './ink.ts'
import { type Column, renderTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrapped.ts'

type ExplainTerminal = Pick<Terminal, 'isColored' | 'widthColumns'>

/** Sentences on a wider line are hard to read. */
const maxColumns = 100
const indent = '  '

export function renderExplanation(explanation: Explanation, terminal: ExplainTerminal): string {
  const { answer, plans, attempts, forecast, waybill } = explanation
  const wasSent = waybill !== undefined || attempts.length > 0
  const { bold } = inkOf(terminal)
  const write = (text: string, hanging = '') => wrapped(text, hanging, Math.min(terminal.widthColumns, maxColumns))
  const blocks = [
    write(`${bold('Why')}  ${answer}`, indent),
    ...plans.flatMap((plan, index) => {
      const heading = plans.length === 1 ? '' : `Plan ${index + 1} of ${plans.length}, ${clockTime(plan.atMs)}\n`
      const proof = wasSent ? [recomputedBlock(plan, terminal)] : []
      return [...planBlocks(plan, terminal), ...proof].map((block, at) => (at === 0 ? `${heading}${block}` : block))
    }),
    ...(attempts.length === 0
      ? []
      : [
          `${bold('Attempts')}\n${attempts
            .map(attemptLine)
            .map((line) => write(line, `${indent}   `))
            .join('')}`,
        ]),
    ...(forecast === undefined ? [] : [write(`${bold('Cost')}  ${forecastText(forecast)}`, indent)]),
  ]
  return blocks.join('\n')
}

/** The short form that follows an answer: candidates with their place, what was left out, what was decided. */
export function renderShortExplanation({ answer, plans, attempts }: Explanation, terminal: ExplainTerminal): string {
  const { bold, dim } = inkOf(terminal)
  const write = (text: string, hanging: string) => wrapped(text, hanging, Math.min(terminal.widthColumns, maxColumns))
  const last = plans.at(-1)
  const decided = attempts.slice(0, -1).map((attempt) => write(attemptLine(attempt), `${indent}   `))
  const left = (last?.rejected ?? []).map(({ endpoint, text }) =>
    write(`${indent}not ${endpoint}: ${text}`, `${indent}    `),
  )
  const proof = last?.recomputed === 'same' ? [dim(`${indent}Computed again from its record: the same plan.\n`)] : []
  return [write(`${bold('Why')}  ${answer}`, indent), ...decided, ...left, ...proof].join('')
}

function planBlocks(plan: PlanExplanation, terminal: ExplainTerminal): readonly string[] {
  const { bold } = inkOf(terminal)
  const write = (text: string, hanging: string) => wrapped(text, hanging, Math.min(terminal.widthColumns, maxColumns))
  const rejected = plan.rejected.map(({ endpoint, text }) =>
    write(`${indent}${endpoint}: ${text}`, `${indent}${indent}`),
  )
  return [
    `${bold('Candidates')}${orderText(plan)}\n${candidatesText(plan, terminal)}`,
    ...(rejected.length === 0 ? [] : [`${bold('Left out')}\n${rejected.join('')}`]),
    ...(plan.nearMiss === undefined ? [] : [write(`${bold('Near miss')}  ${plan.nearMiss.text}.`, indent)]),
    ...(plan.auto === undefined ? [] : [autoText(plan.auto, terminal)]),
  ]
}

/** Of a request that was not sent nothing is recorded. */
function recomputedBlock({ recomputed }: PlanExplanation, terminal: ExplainTerminal): string {
  const width = Math.min(terminal.widthColumns, maxColumns)
  return inkOf(terminal).dim(wrapped(recomputedTexts[recomputed], indent, width))
}

const recomputedTexts: Readonly<Record<PlanExplanation['recomputed'], string>> = {
  same: 'Computed again from its record: the same plan, byte for byte.',
  different:
    'Computed again from its record, the plan came out otherwise: this is a fault of Waybill, please report it.',
  'other-version': 'It was planned by another version of the rules, so it is not computed again.',
  'inputs-missing': 'What it was planned from is not kept any more (14 days), so it cannot be computed again.',
}

function orderText({ plan }: PlanExplanation): string {
  return plan.orderedBy === undefined ? '' : `, ordered by ${plan.orderedBy}`
}

function candidatesText({ plan, scores }: PlanExplanation, terminal: ExplainTerminal): string {
  if (plan.candidates.length === 0) return `${indent}none\n`
  if (scores.length === 0) return plan.candidates.map((id, index) => `${indent}${index + 1}  ${id}\n`).join('')
  const columns: readonly Column[] = [
    { title: '#', align: 'right' },
    { title: 'ENDPOINT', shrinks: true },
    { title: 'PRICE', align: 'right' },
    ...scoreColumns(scores).map(({ title }): Column => ({ title, align: 'right' })),
    { title: 'FIRST TOKEN', align: 'right', optional: true },
    { title: 'TOKENS/S', align: 'right', optional: true },
    { title: 'CALLS', align: 'right', optional: true },
    { title: 'NOTE', optional: true },
  ]
  const rows = scores.map((score, index) => [
    String(index + 1),
    score.endpoint,
    amountOf(score.priceNanodollars, 'unknown'),
    ...scoreColumns(scores).map(({ of }) => of(score)),
    score.firstTokenMs === undefined ? '–' : formatSeconds(score.firstTokenMs, 'hundredths'),
    score.tokensPerSecond === undefined ? '–' : String(Math.round(score.tokensPerSecond)),
    String(score.attempts),
    noteOf(score),
  ])
  return renderTable(columns, rows, { widthColumns: terminal.widthColumns, ofTitle: inkOf(terminal).dim })
}

type ScoreColumn = { readonly title: string; readonly of: (score: CandidateScore) => string }

/** Only those by which this plan was ordered. */
function scoreColumns(scores: readonly CandidateScore[]): readonly ScoreColumn[] {
  const has = (name: keyof CandidateScore) => scores.some((score) => score[name] !== undefined)
  return [
    ...(has('totalNanodollars')
      ? [
          { title: '+ WAITING', of: (score: CandidateScore) => amountOf(score.waitingNanodollars, '–') },
          { title: '+ FAILURES', of: (score: CandidateScore) => amountOf(score.failureNanodollars, '–') },
          { title: '= SCORE', of: (score: CandidateScore) => amountOf(score.totalNanodollars, '–') },
        ]
      : []),
    ...(has('drawRatio')
      ? [
          {
            title: 'CHANCE',
            of: ({ drawRatio }: CandidateScore) => (drawRatio === undefined ? '–' : formatRatio(drawRatio)),
          },
        ]
      : []),
  ]
}

function noteOf({ isSticky, isProbe, isUnstable }: CandidateScore): string {
  const notes = [
    ...(isSticky ? ['holds the conversation'] : []),
    ...(isProbe ? ['on trial'] : []),
    ...(isUnstable ? ['unstable'] : []),
  ]
  return notes.join(', ')
}

function autoText(auto: NonNullable<PlanExplanation['auto']>, terminal: ExplainTerminal): string {
  const forced = auto.decidedBy === 'share' ? ', decided by the stated share alone' : ''
  const bias = `${indent}${auto.kind}: ${rounded(auto.bias)}\n`
  const features = auto.features.map(
    ({ name, value, weight }) =>
      `${indent}${name}: ${rounded(value)} x ${rounded(weight)} = ${rounded(value * weight)}\n`,
  )
  const sum = `score ${rounded(auto.score)}, strong from ${rounded(auto.threshold)}`
  return `${inkOf(terminal).bold('Tier')}  ${auto.tier}: ${sum}${forced}\n${bias}${features.join('')}`
}

function forecastText({
  inputTokens,
  maxOutputTokens,
  bound,
  firstTokenMs,
}: NonNullable<Explanation['forecast']>): string {
  const first = firstTokenMs === undefined ? '' : ` First token ${durationText(firstTokenMs)}.`
  const most = boundText(bound)
  return `${most}, for about ${formatTokens(inputTokens)} tokens in and up to ${formatTokens(maxOutputTokens)} out.${first} Nothing was sent.`
}

/** As `after about 1.2 s`, and `within 0.01 s` for what is too short to be measured. */
function durationText(ms: number): string {
  const text = formatSeconds(ms)
  return text.startsWith('<') ? `within ${text.slice(1)}` : `after about ${text}`
}

function boundText(bound: Money): string {
  switch (bound.kind) {
    case 'unknown':
      return 'unknown, because it has no price'
    case 'practice':
      return 'pretend, nobody is billed'
    case 'measured':
    case 'estimated':
      return `at most ${formatMoney(bound, 'request')}`
  }
}

function attemptLine({ attempt, endpoint, text }: Explanation['attempts'][number]): string {
  return `${indent}${attempt}  ${endpoint} ${text}`
}

function amountOf(nanodollars: number | undefined, missing: string): string {
  return nanodollars === undefined ? missing : formatDollars(nanodollars, 'price')
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function clockTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(11, 19)} UTC`
}
