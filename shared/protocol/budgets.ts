/** Budgets: what is used, held and left of each, and what was counted that nobody saw end. */
import * as z from 'zod'
import { budgetCounterSchema, budgetNameSchema, budgetSchema } from '../domain/budget.ts'
import { endpointIdSchema, requestIdSchema } from '../domain/ids.ts'
import { moneySchema } from '../domain/money.ts'
import { requestType } from './messageType.ts'

const nanodollarsSchema = z.number().int().nonnegative()

const budgetStateSchema = z
  .object({
    name: budgetNameSchema,
    budget: budgetSchema,
    /** Of the windows of now, one for each member that has used something; most used first. */
    counters: z.array(budgetCounterSchema).readonly(),
  })
  .readonly()
export type BudgetState = z.infer<typeof budgetStateSchema>

/** An attempt that nobody saw end: it counts with the most that it can have cost until it is released. */
const interruptedSchema = z
  .object({
    requestId: requestIdSchema,
    attempt: z.number().int().positive(),
    endpoint: endpointIdSchema,
    atMs: z.number(),
    cost: moneySchema,
    /** The budgets that it counts towards. */
    budgets: z.array(budgetNameSchema).readonly(),
  })
  .readonly()

const barredSchema = z.object({ endpoint: endpointIdSchema, atMs: z.number(), requestId: requestIdSchema }).readonly()

export const budgets = requestType({
  method: 'waybill/budgets',
  doc: 'Lists the budgets with what is used, held and left, attempts that were interrupted, and endpoints that hard budgets keep out.',
  params: z.object({}),
  result: z.object({
    budgets: z.array(budgetStateSchema).readonly(),
    interrupted: z.array(interruptedSchema).readonly(),
    barred: z.array(barredSchema).readonly(),
  }),
})

export const budgetsSet = requestType({
  method: 'waybill/budgets/set',
  doc: 'Writes a budget to the configuration, in the place of one of the same name. What was counted stays counted.',
  params: z.object({ name: budgetNameSchema, budget: budgetSchema }),
  result: budgetStateSchema,
})

export const budgetsRemove = requestType({
  method: 'waybill/budgets/remove',
  doc: 'Takes a budget out of the configuration.',
  params: z.object({ name: budgetNameSchema }),
  result: z.object({}),
})

export const budgetsRelease = requestType({
  method: 'waybill/budgets/release',
  doc: 'Says what the interrupted attempts of a request really cost, by default nothing. It is journalled.',
  params: z.object({ requestId: requestIdSchema, spentNanodollars: nanodollarsSchema.exactOptional() }),
  result: z.object({ attempts: z.array(z.number().int().positive()).readonly() }),
})

export const budgetsAllow = requestType({
  method: 'waybill/budgets/allow',
  doc: 'Lets an endpoint back under hard budgets that answered with more than its bound. It is journalled.',
  params: z.object({ endpoint: endpointIdSchema }),
  result: z.object({}),
})
