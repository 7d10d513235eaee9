/**
 * Budgets: how much of something may be used within a window of time. A reservation is made before each attempt for the
 * most it can use, and is settled with what it did use.
 */
import * as z from 'zod'
import { type ProfileName, profileNameSchema } from './ids.ts'
import type { Money } from './money.ts'

/** The most one attempt can use. */
export type AttemptBound = {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly money: Money
}

/**
 * Whose use is counted. Except for `everything`, each member (each workspace, each user...) has a counter of its own,
 * unless the budget names one with `of`.
 */
export const budgetScopes = ['everything', 'workspace', 'user', 'profile', 'provider', 'key', 'client-key'] as const
export type BudgetScope = (typeof budgetScopes)[number]

/** Money in nanodollars; tokens, input and output together; requests, whatever their number of attempts. */
export const budgetUnits = ['money', 'tokens', 'requests'] as const
export type BudgetUnit = (typeof budgetUnits)[number]

/** Calendar windows of the budget's time zone; a week begins on Monday. */
export const budgetWindows = ['minute', 'hour', 'day', 'week', 'month', 'lifetime'] as const
export type BudgetWindow = (typeof budgetWindows)[number]

/** `hard`: never passed. `soft`: only told. */
export const budgetEnforcements = ['hard', 'soft'] as const

export const budgetNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected a name of 1 to 40 of a-z 0-9 -')
  .brand<'BudgetName'>()
export type BudgetName = z.infer<typeof budgetNameSchema>

const amountSchema = z.number().positive()
const countSchema = amountSchema.int()

const budgetFieldsSchema = z.object({
  dollars: amountSchema.max(1_000_000).exactOptional(),
  tokens: countSchema.exactOptional(),
  requests: countSchema.exactOptional(),
  per: z.enum(budgetWindows),
  /** An IANA name, such as `Europe/Berlin`. Default UTC. */
  zone: z.string().refine(isTimeZone, 'expected the IANA name of a time zone, such as Europe/Berlin').exactOptional(),
  /** Default `everything`. */
  scope: z.enum(budgetScopes).exactOptional(),
  /** Only this workspace's path, user, profile, provider, key or client key. */
  of: z.string().min(1).exactOptional(),
  /** Default `hard`. */
  enforcement: z.enum(budgetEnforcements).exactOptional(),
  /** Percent of the limit at which everybody connected is told, once a window. Default 50, 80, 100. */
  marksPercent: z.array(z.number().min(1).max(100)).readonly().exactOptional(),
  /** Only for a hard one: the profile that requests go on with when nothing is left. */
  whenSpent: profileNameSchema.exactOptional(),
})
type BudgetFields = z.infer<typeof budgetFieldsSchema>

/** As it stands in config.json. Exactly one of `dollars`, `tokens`, `requests` says how much. */
export const budgetSchema = budgetFieldsSchema
  .refine((budget) => amountsOf(budget).length === 1, {
    message: 'expected exactly one of `dollars`, `tokens` and `requests`',
  })
  .refine(({ scope = 'everything', of }) => scope !== 'everything' || of === undefined, {
    path: ['of'],
    message: 'expected `of` only with a scope: everything has no members',
  })
  .readonly()
export type BudgetConfig = z.infer<typeof budgetSchema>

/** One budget with all its defaults filled in. */
export type Budget = {
  readonly name: BudgetName
  readonly scope: BudgetScope
  readonly of?: string
  readonly unit: BudgetUnit
  /** Nanodollars, tokens or requests. */
  readonly limit: number
  readonly window: BudgetWindow
  readonly zone: string
  readonly isHard: boolean
  readonly marksPercent: readonly number[]
  readonly whenSpent?: ProfileName
  /** As it was written. */
  readonly config: BudgetConfig
}

export const nanodollarsPerDollar = 1_000_000_000
const defaultMarksPercent = [50, 80, 100]

export function budgetOf(name: BudgetName, config: BudgetConfig): Budget {
  const { per, zone = 'UTC', scope = 'everything', of, enforcement = 'hard', whenSpent } = config
  const [unit, amount] = amountsOf(config)[0] ?? (['requests', 0] as const)
  return {
    name,
    scope,
    ...(of !== undefined && { of }),
    unit,
    limit: unit === 'money' ? Math.round(amount * nanodollarsPerDollar) : amount,
    window: per,
    zone,
    isHard: enforcement === 'hard',
    marksPercent: [...(config.marksPercent ?? defaultMarksPercent)].sort((a, b) => a - b),
    ...(whenSpent !== undefined && { whenSpent }),
    config,
  }
}

type Amounts = Pick<BudgetFields, 'dollars' | 'tokens' | 'requests'>

function amountsOf({ dollars, tokens, requests }: Amounts): readonly (readonly [BudgetUnit, number])[] {
  const all = [
    ['money', dollars],
    ['tokens', tokens],
    ['requests', requests],
  ] as const
  return all.flatMap(([unit, amount]) => (amount === undefined ? [] : [[unit, amount] as const]))
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** What one attempt holds of one budget's counter. */
export const budgetHoldSchema = z
  .object({
    budget: budgetNameSchema,
    unit: z.enum(budgetUnits),
    window: z.enum(budgetWindows),
    zone: z.string(),
    /** Unix milliseconds: which window. What the attempt uses counts there, also when it ends in the next one. */
    startMs: z.number(),
    /** The workspace, user... whose counter it is; missing: everything. */
    member: z.string().exactOptional(),
    amount: z.number().int().nonnegative(),
    isHard: z.boolean(),
  })
  .readonly()
export type BudgetHold = z.infer<typeof budgetHoldSchema>

/** Amounts in the budget's unit. */
export const budgetCounterSchema = z
  .object({
    member: z.string().exactOptional(),
    startMs: z.number(),
    /** Missing: it never ends, or is a rate, whose window rolls. */
    endMs: z.number().exactOptional(),
    /** Of a rate that something was used of: more than `left` is free after this. */
    freeAfterMs: z.number().exactOptional(),
    /** Likely, of what has ended. */
    used: z.number(),
    /** At most, of what has ended: estimated amounts with their upper bound. */
    atMost: z.number(),
    /** Held by attempts under way. */
    held: z.number(),
    /** What a new attempt may still hold; never below 0. */
    left: z.number(),
    /** Attempts whose cost is unknown; they count with what they held. */
    unknownCount: z.number().int(),
  })
  .readonly()
export type BudgetCounter = z.infer<typeof budgetCounterSchema>
