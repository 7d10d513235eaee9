/**
 * The lines of a day's decisions, each one JSON object and a newline:
 *
 *     {"schema":1,"facts":HASH,"value":FACTS}
 *     {"schema":1,"requestId":ID,"atMs":N,"planVersion":N,"hashes":{"catalogue":HASH,"configuration":HASH},"input":INPUT,"plan":PLAN}
 *
 * INPUT is the planner's input with each endpoint's facts replaced by their hash: they seldom change and are most of its
 * bytes. A facts line stands before the first decision of a file that names it. PLAN is the plan itself; `auto` may follow.
 */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { autoDecisionSchema } from '../../shared/domain/autoDecision.ts'
import { routePlanSchema } from '../../shared/domain/routePlan.ts'
import type { RecordedPlan } from '../core/routing/explainPlan.ts'
import type { EndpointFacts, PlanInput } from '../core/routing/planInput.ts'
import type { Decision } from '../gateway/ports.ts'

/** A reader leaves out lines of any other. */
const schema = 1

export type DecisionEncoder = {
  /** The decision's line, after those of the facts that the file does not hold yet. */
  readonly encode: (decision: Decision) => string
  /** The next line goes to another file, or what was encoded did not get into this one. */
  readonly forgetWritten: () => void
}

export function createDecisionEncoder(): DecisionEncoder {
  let written = new Set<string>()
  let hashOfFacts = new WeakMap<EndpointFacts, string>()
  const hashesOfSettings = new WeakMap<Decision['settings'], Hashes>()

  return {
    encode: ({ requestId, input, plan, settings, auto }) => {
      let lines = ''
      const referTo = (facts: EndpointFacts): string => {
        const known = hashOfFacts.get(facts)
        if (known !== undefined) return known
        const text = JSON.stringify(facts)
        const hash = hashOf(text)
        hashOfFacts.set(facts, hash)
        if (!written.has(hash)) lines += `{"schema":${schema},"facts":"${hash}","value":${text}}\n`
        written.add(hash)
        return hash
      }
      const models = input.models.map((model) => ({
        ...model,
        endpoints: model.endpoints.map(({ facts, standing }) => ({ facts: referTo(facts), standing })),
      }))
      const hashes = hashesOfSettings.get(settings) ?? hashesOf(settings)
      hashesOfSettings.set(settings, hashes)
      const line = JSON.stringify({
        schema,
        requestId,
        atMs: input.nowMs,
        planVersion: plan.version,
        hashes,
        input: { ...input, models },
        plan,
        auto,
      })
      return `${lines}${line}\n`
    },
    forgetWritten: () => {
      written = new Set()
      hashOfFacts = new WeakMap()
    },
  }
}

/** Stands in each decision of that request, and in no other line. */
export function markOf(requestId: string): string {
  return `{"schema":${schema},"requestId":${JSON.stringify(requestId)},`
}

/** Of a decision's line. */
export function requestIdIn(line: string): string | undefined {
  return decisionHead.exec(line)?.[1]
}

const decisionHead = /^\{"schema":1,"requestId":"([A-Za-z0-9_-]+)"/

/** Stands at the head of each facts line. */
export const factsMark = `{"schema":${schema},"facts":`

export function decodeFacts(text: string): { readonly hash: string; readonly facts: unknown } | undefined {
  const decoded = factsLineSchema.safeParse(parsed(text))
  return decoded.success ? { hash: decoded.data.facts, facts: decoded.data.value } : undefined
}

/** Undefined for what is no decision of this schema; without its input where that is damaged or its facts are missing. */
export function decodeDecision(text: string, facts: ReadonlyMap<string, unknown>): RecordedPlan | undefined {
  const value = parsed(text)
  const decoded = decisionLineSchema.safeParse(value)
  if (!decoded.success) return undefined
  const { atMs, auto } = decoded.data
  // As they were written: a schema puts fields into its own order, and plans are compared byte for byte.
  const { plan, input } = value as Pick<RecordedPlan, 'plan'> & { readonly input: z.infer<typeof inputSchema> }
  const whole = decoded.data.input && inputOf(input, facts)
  return {
    atMs,
    plan,
    ...(whole !== undefined && { input: whole }),
    ...(auto !== undefined && { auto }),
  }
}

/** The hashes of the facts that a decision's line names. */
export function factsNamedIn(text: string): readonly string[] {
  const decoded = decisionLineSchema.safeParse(parsed(text))
  if (!decoded.success) return []
  return decoded.data.input?.models.flatMap(({ endpoints }) => endpoints.map((one) => one.facts)) ?? []
}

/** Only what is known to have this shape is planned again; fields are kept as they are. */
const factsSchema = z.looseObject({ id: z.string(), provider: z.string(), isLocal: z.boolean() })
const standingSchema = z.looseObject({
  openUntilMs: z.number(),
  isProbing: z.boolean(),
  unstableUntilMs: z.number(),
  keys: z.looseObject({ state: z.enum(['not-needed', 'ready', 'missing', 'refused']) }),
})
const inputSchema = z.looseObject({
  nowMs: z.number(),
  seed: z.number(),
  models: z.array(
    z.looseObject({
      model: z.string(),
      endpoints: z.array(z.looseObject({ facts: z.string(), standing: standingSchema })),
    }),
  ),
  preferences: z.looseObject({}),
  needs: z.looseObject({
    inputTokens: z.number(),
    requiredOutputTokens: z.number(),
    parameters: z.array(z.string()),
    modalities: z.array(z.string()),
  }),
})
const factsLineSchema = z.object({ schema: z.literal(schema), facts: z.string(), value: z.unknown() })
const decisionLineSchema = z.object({
  schema: z.literal(schema),
  atMs: z.number(),
  plan: routePlanSchema,
  input: inputSchema.optional().catch(undefined),
  auto: autoDecisionSchema.optional().catch(undefined),
})

function inputOf(line: z.infer<typeof inputSchema>, facts: ReadonlyMap<string, unknown>): PlanInput | undefined {
  const isWhole = line.models.every(({ endpoints }) =>
    endpoints.every((one) => factsSchema.safeParse(facts.get(one.facts)).success),
  )
  if (!isWhole) return undefined
  const models = line.models.map((model) => ({
    ...model,
    endpoints: model.endpoints.map(({ facts: hash, standing }) => ({ facts: facts.get(hash), standing })),
  }))
  return { ...line, models } as unknown as PlanInput
}

type Hashes = { readonly catalogue: string; readonly configuration: string }

function hashesOf({ endpoints, providers, profiles, defaultProfile }: Decision['settings']): Hashes {
  return {
    catalogue: hashOf(JSON.stringify([...endpoints.byId.values()], listsOfSets)),
    configuration: hashOf(JSON.stringify([[...providers.values()], [...profiles.values()], defaultProfile])),
  }
}

function listsOfSets(_key: string, value: unknown): unknown {
  return value instanceof Set ? [...value].sort() : value
}

/** 96 bits: enough that no two facts of one day meet. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
