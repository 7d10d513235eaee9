/**
 * One profile as a person reads it: what it sets, its tiers, and whom a small request would be sent to first now. Pure; a
 * line for each field, under the names that the configuration has.
 */
import type * as z from 'zod'
import type { PlanExplanation } from '../../shared/domain/explanation.ts'
import { formatRatio } from '../../shared/domain/format.ts'
import type { Profile } from '../../shared/domain/profile.ts'
import type { Explanation } from '../../shared/protocol/explain.ts'
import type { profilesShow } from '../../shared/protocol/profiles.ts'
import { inkOf } from './ink.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrapped.ts'

export type ShownProfile = z.infer<(typeof profilesShow)['result']>

/** Where a small request would go; of an `auto` profile one for each tier. */
export type ProfileOutlook = { readonly tier?: 'cheap' | 'strong'; readonly explanation: Explanation }

export function renderProfile(
  { summary, profile }: ShownProfile,
  outlooks: readonly ProfileOutlook[],
  terminal: Pick<Terminal, 'isColored' | 'widthColumns'>,
): string {
  const { bold, dim } = inkOf(terminal)
  const { name, isBuiltIn, isPractice, description, title, endpointCount } = summary
  const origin = isBuiltIn ? 'built-in' : 'your own'
  const lines = [
    ...fieldsOf(profile),
    ['endpoints', `${endpointCount} can be reached${isPractice ? ', all of them practice' : ''}`],
    ...outlooks.flatMap((outlook) =>
      outlookTexts(outlook).map((text, index): Line => [index === 0 ? 'now first' : '', text]),
    ),
  ] as const
  const width = Math.max(...lines.map(([label]) => label.length))
  const write = (text: string, hanging: number) => wrapped(text, ' '.repeat(hanging), terminal.widthColumns)
  const body = lines.map(([label, text]) => write(`  ${dim(label.padEnd(width))}  ${text}`, width + 4))
  return `${write(`${bold(name)}, ${origin}: ${description || title}`, 2)}${body.join('')}`
}

type Line = readonly [label: string, text: string]

function fieldsOf({ models, auto, provider, strategy, parameters, hold, timeouts }: Profile): readonly Line[] {
  return [
    ...(auto === undefined
      ? [['models', models.length === 0 ? 'none' : models.join(', ')] as const]
      : [
          ['auto.cheap', auto.cheap.join(', ')] as const,
          ['auto.strong', auto.strong.join(', ')] as const,
          ['auto.strongShareRatio', `${auto.strongShareRatio}: about ${formatRatio(auto.strongShareRatio)}`] as const,
        ]),
    ...linesOf('provider', provider),
    ...(strategy === undefined ? [] : [['strategy', strategy] as const]),
    ...linesOf('parameters', parameters),
    ...linesOf('hold', hold),
    ...linesOf('timeouts', timeouts),
  ]
}

function linesOf(section: string, fields: object | undefined): readonly Line[] {
  return Object.entries(fields ?? {}).map(([name, value]) => [`${section}.${name}`, textOf(value)])
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'nobody' : value.join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, one]) => `${name} ${textOf(one)}`)
    .join(', ')
}

const shownCandidates = 3

/** With nobody to ask a line for each sentence of the reason: there is one for each provider. */
function outlookTexts({ tier, explanation }: ProfileOutlook): readonly string[] {
  const named = tier === undefined ? '' : `${tier}: `
  const last = explanation.plans.at(-1)
  const [first, ...others] = last?.plan.candidates ?? []
  if (first === undefined) return [`${named}nobody`, ...explanation.answer.split(/(?<=\.) /)]
  const shown = others.slice(0, shownCandidates - 1)
  const more = others.length - shown.length
  const then = shown.length === 0 ? '' : `, then ${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`
  return [`${named}${first}${then}${orderWords(last)}`]
}

function orderWords(last: PlanExplanation | undefined): string {
  if (last?.plan.orderedBy === undefined) return ''
  // Who has no other beside it is asked first each time.
  const chance = last.scores[0]?.drawRatio ?? 1
  return ` (ordered by ${last.plan.orderedBy}${chance < 1 ? ', drawn anew for each request' : ''})`
}
