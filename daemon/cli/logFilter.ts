/** The filters of `waybill log`, from words of the command line. Throws a UsageError for what is none. */
import { resolve } from 'node:path'
import * as z from 'zod'
import { outcomes } from '../../shared/domain/streamPart.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { isWanted, type WaybillFilter } from '../../shared/domain/waybillFilter.ts'
import { UsageError } from './usageError.ts'
import type { VerbArguments } from './verb.ts'

const textFilters = ['user', 'client', 'profile', 'prompt', 'model', 'provider', 'endpoint'] as const
const text = { type: 'string' } as const

export const filterOptions = {
  from: text,
  to: text,
  workspace: { type: 'string', short: 'w' },
  outcome: text,
  'cost-above': text,
  user: text,
  client: text,
  profile: text,
  prompt: text,
  model: text,
  provider: text,
  endpoint: text,
} as const

export const filterHelp = `
Filters, all of which must hold:
      --from TIME       requests that came at or after it; --to TIME, before it:
                        2026-11-28 or 2026-11-28T09:30 (UTC)
  -w, --workspace PATH  --user, --client, --profile, --prompt NAME
      --model MODEL     of any attempt; so are --provider, --endpoint
      --outcome WORD    ${outcomes.join(', ')}
      --cost-above USD  measured and estimated dollars, such as 0.05`

/** Undefined: nothing is left out. */
export function filterOf(given: VerbArguments): WaybillFilter | undefined {
  const workspace = given.text('workspace')
  const outcome = given.text('outcome')
  const costAbove = given.text('cost-above')
  const [from, to] = [timeOf(given, 'from', 'fromMs'), timeOf(given, 'to', 'toMs')]
  checkOrder({ ...from, ...to })
  const fields = {
    ...from,
    ...to,
    ...(workspace !== undefined && { workspace: resolve(workspace) }),
    ...(outcome !== undefined && { outcome: outcomeOf(outcome) }),
    ...(costAbove !== undefined && { costAboveNanodollars: nanodollarsOf(costAbove) }),
    ...Object.fromEntries(
      textFilters.flatMap((name) => {
        const value = given.text(name)
        return value === undefined ? [] : [[name, value]]
      }),
    ),
  }
  return Object.keys(fields).length === 0 ? undefined : fields
}

export function matches(filter: WaybillFilter | undefined, waybill: Waybill): boolean {
  return isWanted(filter ?? {}, waybill)
}

/** Throws a UsageError where a range of time would end before it begins. */
export function checkOrder({ fromMs, toMs }: { readonly fromMs?: number; readonly toMs?: number }): void {
  if (fromMs === undefined || toMs === undefined || fromMs < toMs) return
  const [from, to] = [fromMs, toMs].map((atMs) => new Date(atMs).toISOString().slice(0, 16).replace('T', ' '))
  throw new UsageError(`expected --from before --to, found ${from} and ${to} (UTC)`)
}

function timeOf<Name extends string>(
  given: VerbArguments,
  option: string,
  name: Name,
): { readonly [name in Name]?: number } {
  const words = given.text(option)
  if (words === undefined) return {}
  const [, date, time = 'T00:00', zone = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(words) ?? []
  const atMs = Date.parse(`${date}${time}${zone}`)
  if (Number.isFinite(atMs)) return { [name]: atMs } as { readonly [name in Name]?: number }
  throw new UsageError(`expected --${option} as 2026-11-28 or 2026-11-28T09:30, found \`${words}\``)
}

function outcomeOf(word: string): (typeof outcomes)[number] {
  const outcome = z.enum(outcomes).safeParse(word)
  if (outcome.success) return outcome.data
  throw new UsageError(`expected --outcome to be one of ${outcomes.join(', ')}, found \`${word}\``)
}

/** Exact: a dollar is 10^9 of them. */
function nanodollarsOf(words: string): number {
  const [, whole, fraction = ''] = /^\$?(\d{1,6})(?:\.(\d{1,9}))?$/.exec(words) ?? []
  if (whole !== undefined) return Number(whole) * 1_000_000_000 + Number(fraction.padEnd(9, '0'))
  throw new UsageError(`expected --cost-above as dollars, such as 0.05, found \`${words}\``)
}
