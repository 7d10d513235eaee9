/**
 * A plan as a `reserve` line holds it: its endpoints are most of the line, and their models mostly the same. Candidates
 * are `MODEL@PROVIDER,PROVIDER MODEL@PROVIDER`, neighbours of one model together; a rejected one has `:` and its reason
 * behind the provider, by a letter where there is one. The letters are a format: more may be added, none changed. A
 * plan with names that this cannot tell apart stays as it is.
 */
import type { RejectionReason } from '../../../shared/domain/routePlan.ts'
import type { Fields } from './leftOut.ts'

const letters: Readonly<Partial<Record<RejectionReason, string>>> = {
  'not-in-only': 'a',
  ignored: 'b',
  'not-in-order': 'c',
  'fallbacks-off': 'd',
  'context-too-small': 'e',
  'output-limit-too-small': 'f',
  'modality-unsupported': 'g',
  'parameter-unsupported': 'h',
  'data-collection': 'i',
  'no-zdr': 'j',
  quantization: 'k',
  'price-too-high': 'l',
  'price-unknown': 'm',
  'no-key': 'n',
  'keys-refused': 'o',
  'keys-cooling': 'p',
  'breaker-open': 'q',
  'probe-under-way': 'r',
}
const letterOf: ReadonlyMap<string, string> = new Map(Object.entries(letters))
const reasonOf: ReadonlyMap<string, string> = new Map([...letterOf].map(([reason, letter]) => [letter, reason]))

const plainModel = /^[^\s@]+$/
const plainProvider = /^[a-z0-9-]+$/
const plainReason = /^[a-z-]+$/

export function compactPlan(plan: Fields): Fields {
  const { candidates, rejected } = plan
  if (!Array.isArray(candidates) || !Array.isArray(rejected)) return plan
  const candidatesText = textOf(candidates.map((endpoint: unknown) => ({ endpoint })))
  const rejectedText = textOf(rejected as readonly Named[])
  if (candidatesText === undefined || rejectedText === undefined) return plan
  return { ...plan, candidates: candidatesText, rejected: rejectedText }
}

export function expandedPlan(plan: Fields): Fields {
  const { candidates, rejected } = plan
  if (typeof candidates !== 'string' || typeof rejected !== 'string') return plan
  return { ...plan, candidates: candidatesIn(candidates), rejected: rejectedIn(rejected) }
}

type Named = { readonly endpoint?: unknown; readonly reason?: unknown }

/** Undefined: it could not be read back. */
function textOf(items: readonly Named[]): string | undefined {
  let text = ''
  let model = ''
  for (const { endpoint, reason } of items) {
    if (typeof endpoint !== 'string') return undefined
    const at = endpoint.indexOf('@')
    const provider = endpoint.slice(at + 1)
    const isSame = at > 0 && at === model.length && endpoint.startsWith(model)
    if (!isSame) model = endpoint.slice(0, Math.max(at, 0))
    const ending = endingOf(reason)
    if (ending === undefined || !plainModel.test(model) || !plainProvider.test(provider)) return undefined
    text += isSame ? `,${provider}${ending}` : `${text === '' ? '' : ' '}${model}@${provider}${ending}`
  }
  return text
}

function endingOf(reason: unknown): string | undefined {
  if (reason === undefined) return ''
  if (typeof reason !== 'string' || reasonOf.has(reason) || !plainReason.test(reason)) return undefined
  return `:${letterOf.get(reason) ?? reason}`
}

function candidatesIn(text: string): readonly string[] {
  if (text === '') return []
  return text.split(' ').flatMap((group) => {
    if (!group.includes(',')) return group
    const at = group.indexOf('@') + 1
    const model = group.slice(0, at)
    return group
      .slice(at)
      .split(',')
      .map((provider) => model + provider)
  })
}

function rejectedIn(text: string): readonly Named[] {
  return candidatesIn(text).map((item) => {
    const end = item.lastIndexOf(':')
    const reason = item.slice(end + 1)
    return { endpoint: item.slice(0, end), reason: reasonOf.get(reason) ?? reason }
  })
}
