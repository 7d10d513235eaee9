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

type ExplainTerminal = Pick<Terminal, 'isColored' | 'widthColumns'>

const maxColumns = 100
const indent = '  '

export function renderExplanation(explanation: Explanation, terminal: ExplainTerminal): string {
  const { answer, plans, attempts, forecast } = explanation
  const { bold } = inkOf(terminal)
  const write = (text: string, hanging = '') => wrapped(text, hanging, terminal.widthColumns)
  const blocks = [
    write(`${bold('Why')}  ${answer}`, indent),
    ...plans.flatMap((plan, index) => {
      const heading = plans.length === 1 ? '' : `Plan ${index + 1} of ${plans.length}, ${clockTime(plan.atMs)}\n`
      return planBlocks(plan, terminal).map((block, at) => (at === 0 ? `${heading}${block}` : block))
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
  const write = (text: string, hanging: string) => wrapped(text, hanging, terminal.widthColumns)
  const last = plans.at(-1)
  const decided = attempts.slice(0, -1).map((attempt) => write(attemptLine(attempt), `${indent}   `))
  const left = (last?.rejected ?? []).map(({ endpoint, text }) =>
    write(`${indent}not ${endpoint}: ${text}`, `${indent}    `),
  )
  const proof = last?.recomputed === 'same' ? [dim(`${indent}Computed again from its record: the same plan.\n`)] : []
  return [write(`${bold('Why')}  ${answer}`, indent), ...decided, ...left, ...proof].join('')
}

function planBlocks(plan: PlanExplanation, terminal: ExplainTerminal): readonly string[] {
  const { bold, dim } = inkOf(terminal)
  const write = (text: string, hanging: string) => wrapped(text, hanging, terminal.widthColumns)
  const rejected = plan.rejected.map(({ endpoint, text }) =>
    write(`${indent}${endpoint}: ${text}`, `${indent}${indent}`),
  )
  return [
    `${bold('Candidates')}${orderText(plan)}\n${candidatesText(plan, terminal)}`,
    ...(rejected.length === 0 ? [] : [`${bold('Left out')}\n${rejected.join('')}`]),
    ...(plan.nearMiss === undefined ? [] : [write(`${bold('Near miss')}  ${plan.nearMiss.text}.`, indent)]),
    ...(plan.auto === undefined ? [] : [autoText(plan.auto, terminal)]),
    dim(write(recomputedTexts[plan.recomputed], indent)),
  ]
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
  const first = firstTokenMs === undefined ? '' : ` First token after about ${formatSeconds(firstTokenMs)}.`
  const most = boundText(bound)
  return `${most}, for about ${formatTokens(inputTokens)} tokens in and up to ${formatTokens(maxOutputTokens)} out.${first} Nothing was sent.`
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

/** Lines of at most the width; those after the first begin with `hanging`. A word that is longer stands alone. */
function wrapped(text: string, hanging: string, widthColumns: number): string {
  const width = Math.min(widthColumns, maxColumns)
  const lead = text.slice(0, text.length - text.trimStart().length)
  const lines: string[] = []
  let line = lead
  let isEmpty = true
  for (const word of text.trimStart().split(/(?<=\S) /)) {
    if (!isEmpty && visibleLength(line) + 1 + visibleLength(word) > width) {
      lines.push(line)
      line = hanging
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line].map((one) => `${one.trimEnd()}\n`).join('')
}

function visibleLength(text: string): number {
  return text.replaceAll(colorCode, '').length
}

/** ECMA-48 SGR codes take no room. */
const colorCode = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
