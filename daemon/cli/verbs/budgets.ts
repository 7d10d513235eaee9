/** `waybill budgets`: lists budgets, makes, changes and removes them, and corrects what was counted for want of better. */
import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import * as z from 'zod'
import {
  type BudgetConfig,
  type budgetEnforcements,
  budgetNameSchema,
  budgetSchema,
  budgetScopes,
  budgetWindows,
  nanodollarsPerDollar,
} from '../../../shared/domain/budget.ts'
import { endpointIdSchema, type RequestId, requestIdSchema } from '../../../shared/domain/ids.ts'
import {
  budgetsAllow,
  budgetsRelease,
  budgetsRemove,
  budgetsSet,
  budgets as budgetsType,
} from '../../../shared/protocol/budgets.ts'
import { profiles as profilesType } from '../../../shared/protocol/profiles.ts'
import { renderBudgets } from '../budgetText.ts'
import type { DaemonClient } from '../daemonClient.ts'
import { exitCodes } from '../exitCodes.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'

export const budgets: Verb = {
  name: 'budgets',
  summary: 'Limit money, tokens and requests',
  options: {
    dollars: { type: 'string', short: 'd' },
    tokens: { type: 'string', short: 't' },
    requests: { type: 'string', short: 'r' },
    per: { type: 'string', short: 'p' },
    zone: { type: 'string', short: 'z' },
    scope: { type: 'string', short: 's' },
    of: { type: 'string', short: 'o' },
    soft: { type: 'boolean' },
    hard: { type: 'boolean' },
    marks: { type: 'string', short: 'm' },
    'when-spent': { type: 'string' },
    spent: { type: 'string' },
    json: { type: 'boolean' },
  },
  maxPositionals: 2,
  help: `Usage: waybill budgets [list] [--json]
       waybill budgets set NAME [options]
       waybill budgets remove NAME
       waybill budgets release REQUEST [--spent DOLLARS]
       waybill budgets allow ENDPOINT

A hard budget is never passed: before each call the most that it can cost is
held, and where little is left the answer is made to fit. A soft one only tells.
\`set\` changes what is given and leaves the rest; what was counted stays counted.

  -d, --dollars N      how much: money, or
  -t, --tokens N       tokens, input and output together, or
  -r, --requests N     requests
  -p, --per WINDOW     ${budgetWindows.join(', ')};
                       a week begins on Monday
  -z, --zone NAME      time zone of the calendar (default: this machine's)
  -s, --scope SCOPE    ${budgetScopes.slice(0, 4).join(', ')},
                       ${budgetScopes.slice(4).join(', ')}: each has its own counter
  -o, --of MEMBER      only this workspace's path, user, profile...
      --soft, --hard   only tell, or never pass (default)
  -m, --marks LIST     percents at which everybody connected is told
                       (default 50,80,100)
      --when-spent NAME  the profile to go on with when nothing is left
      --spent DOLLARS  what an interrupted request really cost (default 0)
      --json           the answer of the daemon

\`release\` corrects a request that was cut off and counts with the most that it
may have cost; statistics keep the estimate. \`allow\` lets an endpoint back that
answered with more than it was asked for.

Examples:
  waybill budgets set month --dollars 20 --per month
  waybill budgets set shop -d 2 -p day -s workspace -o ~/src/shop
  waybill budgets set pace --requests 30 --per minute --scope user
  waybill budgets set month --when-spent local-only`,
  run: async (context, given) => {
    const [action = 'list', subject] = given.positionals
    const { terminal } = context
    checkOptions(action, given)
    const result = await withClient(context, (client) =>
      act(client, { action, subject, given, folder: context.currentFolder }),
    )
    if (given.has('json')) terminal.out(`${JSON.stringify(result.answer)}\n`)
    else {
      if (result.said !== undefined) terminal.out(`${result.said}\n`)
      if (result.budgets !== undefined) terminal.out(renderBudgets(result.budgets, terminal))
    }
    return exitCodes.ok
  },
}

const settable = ['dollars', 'tokens', 'requests', 'per', 'zone', 'scope', 'of', 'soft', 'hard', 'marks', 'when-spent']
const optionsOf: Readonly<Record<string, readonly string[]>> = { set: settable, release: ['spent'] }

/** What belongs to another action would be passed over in silence. */
function checkOptions(action: string, given: VerbArguments): void {
  const known = optionsOf[action] ?? []
  const isGiven = (option: string) => given.has(option) || given.text(option) !== undefined
  const stray = [...settable, 'spent'].find((option) => isGiven(option) && !known.includes(option))
  if (stray === undefined) return
  const owner = stray === 'spent' ? 'release' : 'set'
  throw new UsageError(`expected --${stray} only with \`waybill budgets ${owner}\`, found it with \`${action}\``)
}

type Asked = {
  readonly action: string
  readonly subject: string | undefined
  readonly given: VerbArguments
  readonly folder: string
}
type Acted = {
  readonly answer: object
  readonly said?: string
  readonly budgets?: Parameters<typeof renderBudgets>[0]
}

async function act(client: DaemonClient, { action, subject, given, folder }: Asked): Promise<Acted> {
  const list = async () => resultOf(await client.request(budgetsType, {}))
  switch (action) {
    case 'list': {
      const all = await list()
      return { answer: all, budgets: all }
    }
    case 'set': {
      const name = nameOf(subject)
      const before = (await list()).budgets.find((one) => one.name === name)?.budget
      const budget = withRealPath(configOf(given, before), folder)
      const answer = resultOf(await client.request(budgetsSet, { name, budget }))
      const said = await missingProfileWords(client, budget)
      return {
        answer,
        ...(said !== undefined && { said }),
        budgets: { budgets: [answer], interrupted: [], barred: [] },
      }
    }
    case 'remove': {
      const name = nameOf(subject)
      return { answer: resultOf(await client.request(budgetsRemove, { name })), said: `Budget ${name} is removed.` }
    }
    case 'release': {
      const id = requestIdSchema.safeParse(subject)
      if (!id.success) throw new UsageError('expected `waybill budgets release REQUEST`, the id of a request')
      const spent = z
        .number()
        .min(0)
        .max(mostSpentDollars)
        .safeParse(numberOf(given, 'spent') ?? 0)
      if (!spent.success) {
        throw new UsageError('expected --spent to be an amount of dollars, such as 0.12, and at most 1,000,000')
      }
      const spentNanodollars = Math.round(spent.data * nanodollarsPerDollar)
      const requestId = wholeIdOf(id.data, (await list()).interrupted)
      const answer = resultOf(await client.request(budgetsRelease, { requestId, spentNanodollars }))
      return { answer, said: `Request ${requestId} is corrected.` }
    }
    case 'allow': {
      const endpoint = endpointIdSchema.safeParse(subject)
      if (!endpoint.success)
        throw new UsageError('expected `waybill budgets allow ENDPOINT`, such as author/slug@provider')
      const answer = resultOf(await client.request(budgetsAllow, { endpoint: endpoint.data }))
      return { answer, said: `${endpoint.data} may be used again.` }
    }
    default:
      throw new UsageError(`expected list, set, remove, release or allow, found \`${action}\``)
  }
}

const mostSpentDollars = 1_000_000

/** An id may be cut short, as `log` shows it: then the one interrupted request that begins so. */
function wholeIdOf(id: RequestId, interrupted: readonly { readonly requestId: RequestId }[]): RequestId {
  const [only, ...others] = new Set(interrupted.map(({ requestId }) => requestId).filter((one) => one.startsWith(id)))
  if (others.length === 0) return only ?? id
  throw new UsageError(`expected the id of one interrupted request, found ${others.length + 1} that begin with ${id}`)
}

/** It may be made later: it is said, not refused. */
async function missingProfileWords(client: DaemonClient, { whenSpent }: BudgetConfig): Promise<string | undefined> {
  if (whenSpent === undefined) return undefined
  const { profiles } = resultOf(await client.request(profilesType, {}))
  if (profiles.some(({ name }) => name === whenSpent)) return undefined
  return `There is no profile ${whenSpent} yet: until there is, requests are refused when nothing is left.`
}

function nameOf(subject: string | undefined) {
  const name = budgetNameSchema.safeParse(subject)
  if (name.success) return name.data
  throw new UsageError(`expected a name for the budget, 1 to 40 of a-z 0-9 -, found \`${subject ?? 'nothing'}\``)
}

/** What is given over what stands there. */
function configOf(given: VerbArguments, before: BudgetConfig | undefined): BudgetConfig {
  const amounts = {
    dollars: numberOf(given, 'dollars'),
    tokens: numberOf(given, 'tokens'),
    requests: numberOf(given, 'requests'),
  }
  const { dollars, tokens, requests, ...rest } = before ?? { zone: Intl.DateTimeFormat().resolvedOptions().timeZone }
  const isGiven = Object.values(amounts).some((amount) => amount !== undefined)
  const marks = given.text('marks')
  const value = {
    ...rest,
    ...defined(isGiven ? amounts : { dollars, tokens, requests }),
    ...defined({
      per: given.text('per'),
      zone: given.text('zone'),
      scope: given.text('scope'),
      of: given.text('of'),
      enforcement: enforcementOf(given),
      whenSpent: given.text('when-spent'),
      marksPercent: marks?.split(',').map(Number),
    }),
  }
  const config = budgetSchema.safeParse(value)
  if (config.success) return meaningful(config.data)
  const [issue] = config.error.issues
  throw new UsageError(expectations[String(issue?.path[0])] ?? issue?.message ?? 'expected a budget')
}

/** In a hundred-thousandth of a dollar, the least that tables show. */
const leastDollars = 0.00001

function meaningful(config: BudgetConfig): BudgetConfig {
  const { dollars, enforcement, whenSpent } = config
  if (dollars !== undefined && dollars < leastDollars) {
    throw new UsageError(`expected --dollars to be at least 0.00001, a thousandth of a cent, found ${dollars}`)
  }
  if (enforcement === 'soft' && whenSpent !== undefined) {
    throw new UsageError(
      'expected --when-spent only with a hard budget: a soft one stops nothing; leave one out, or add --hard',
    )
  }
  return config
}

/** Workspaces are named by their real path, as the daemon names them. */
function withRealPath(config: BudgetConfig, folder: string): BudgetConfig {
  if (config.scope !== 'workspace' || config.of === undefined) return config
  const path = resolve(folder, config.of)
  return { ...config, of: existsSync(path) ? realpathSync(path) : path }
}

const expectations: Readonly<Record<string, string>> = {
  dollars: 'expected --dollars to be an amount above 0 and at most 1,000,000',
  tokens: 'expected --tokens to be a whole number above 0',
  requests: 'expected --requests to be a whole number above 0',
  per: `expected --per to be one of ${budgetWindows.join(', ')}`,
  scope: `expected --scope to be one of ${budgetScopes.join(', ')}`,
  of: 'expected --of only with a --scope other than everything',
  zone: 'expected --zone to be the IANA name of a time zone, such as Europe/Berlin',
  marksPercent: 'expected --marks to be percents from 1 to 100, such as 50,80,100',
  whenSpent: 'expected --when-spent to be the name of a profile',
}

function enforcementOf(given: VerbArguments): (typeof budgetEnforcements)[number] | undefined {
  if (given.has('soft') && given.has('hard')) throw new UsageError('expected one of --soft and --hard, found both')
  if (given.has('soft')) return 'soft'
  return given.has('hard') ? 'hard' : undefined
}

/** What is no number is left to the schema, which says what it expects. */
function numberOf(given: VerbArguments, option: string): number | undefined {
  const text = given.text(option)
  return text === undefined ? undefined : Number(text)
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
