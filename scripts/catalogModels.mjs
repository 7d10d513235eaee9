// From two public lists to the catalogue's own shape: which provider sells which model, at what price, with what limits.
// Pure; catalogUpdate.mjs fetches the lists and writes the file.
//
// The first list (@oh-my-pi/pi-catalog) says limits and abilities, the second (@pydantic/genai-prices) the finer prices:
// cache writes of an hour, long inputs, and from which day they hold. Where both have a price the second one's counts.

import { canonicalModelOf, modelNamesOf, withDistinctIds } from '../daemon/core/catalog/canonicalModel.ts'
import { isChatModel } from '../daemon/core/catalog/chatModel.ts'

/** Our kinds of providers, and their names in the two lists. */
const kinds = {
  openai: { models: 'openai', prices: 'openai' },
  anthropic: { models: 'anthropic', prices: 'anthropic' },
  google: { models: 'google', prices: 'google' },
  openrouter: { models: 'openrouter', prices: 'openrouter' },
  azure: { models: 'azure', prices: 'azure' },
  groq: { models: 'groq', prices: 'groq' },
  mistral: { models: 'mistral', prices: 'mistral' },
  deepseek: { models: 'deepseek', prices: 'deepseek' },
  xai: { models: 'xai', prices: 'x-ai' },
  cohere: { prices: 'cohere' },
  together: { models: 'together', prices: 'together' },
  fireworks: { models: 'fireworks', prices: 'fireworks', prefix: 'accounts/fireworks/models/' },
  cerebras: { models: 'cerebras', prices: 'cerebras' },
  perplexity: { prices: 'perplexity' },
  moonshot: { models: 'moonshot', prices: 'moonshotai' },
  zai: { models: 'zai', prices: 'zai' },
  nvidia: { models: 'nvidia' },
  huggingface: { models: 'huggingface' },
  deepinfra: { models: 'deepinfra' },
}

/** `priceProvider(id)` answers `{models: [{id, context_window, prices, match}]}` or undefined. */
export function catalogOf({ models, priceProvider, date, sources }) {
  const names = modelNamesOf(Object.keys(models.openrouter ?? {}))
  const providers = {}
  for (const [kind, { models: listed, prices: priced, prefix = '' }] of Object.entries(kinds)) {
    const prices = priced === undefined ? undefined : priceProvider(priced)
    // OpenRouter's own routers stand for no model, and have no price.
    const isModel = (one) => isChat(one) && (kind !== 'openrouter' || /^(?!openrouter\/).+\//.test(one.id))
    const fromModels = Object.values(models[listed] ?? {})
    const fromPrices = listed === undefined ? (prices?.models ?? []).map(({ id }) => ({ id })) : []
    const entries = [...fromModels, ...fromPrices].filter(isModel).map((one) => {
      const upstreamModel = prefix + one.id
      const model = canonicalModelOf(kind, upstreamModel, () => names)
      return { upstreamModel, model, one, price: prices?.models.find(({ match }) => matches(match, one.id)) }
    })
    const sorted = entries.sort((a, b) => (a.upstreamModel < b.upstreamModel ? -1 : 1))
    const rows = withDistinctIds(kind, sorted).map((entry) => [entry.upstreamModel, entryOf(entry)])
    providers[kind] = { id: kind, models: Object.fromEntries(rows) }
  }
  return { schema: 1, date, sources, providers }
}

function isChat({ id, kind, output }) {
  if (kind !== undefined && kind !== 'chat' && kind !== 'text') return false
  return isChatModel({ name: id, outputs: Array.isArray(output) ? output : undefined })
}

function entryOf({ one, price, model }) {
  const { contextWindow, maxTokens, input, reasoning, supportsTools, compat = {} } = one
  const costs = costsOf(one, price)
  const isDated = costs.length > 1 || costs[0]?.from !== undefined
  return withoutUndefined({
    model,
    limit: withoutUndefined({ context: positive(contextWindow ?? price?.context_window), output: positive(maxTokens) }),
    modalities: input === undefined ? undefined : { input },
    reasoning,
    tool_call: supportsTools === false ? false : undefined,
    temperature: compat.supportsSamplingParams === false ? false : undefined,
    structured_output: compat.supportsStrictMode,
    // Where a price began or will begin on a day, all of them: the last one that has begun counts.
    ...(isDated ? { prices: costs } : { cost: costs[0]?.cost }),
  })
}

function positive(value) {
  return Number.isInteger(value) && value > 0 ? value : undefined
}

/** Oldest first: `[{from?, cost}]`; none when nobody says a price. */
function costsOf({ id, cost }, price) {
  // What is really free says so in its name; of other models 0 only means that the list has no price.
  if (id.endsWith(':free') && isZero(cost)) return [{ cost: { input: 0, output: 0 } }]
  const dated = price === undefined ? [] : datedPricesOf(price.prices)
  if (dated.length > 0) return dated
  if (cost === undefined || cost === null || isZero(cost)) return []
  return [
    {
      cost: withoutUndefined({
        input: cost.input,
        output: cost.output,
        cache_read: cost.cacheRead || undefined,
        cache_write: cost.cacheWrite || undefined,
      }),
    },
  ]
}

function isZero(cost) {
  return cost?.input === 0 && cost?.output === 0
}

/**
 * A price that depends on the hour is taken at its dearest, on every day: a bound must be one, whenever the answer ends, and
 * a cost that is said may be too high but never too low. (DeepSeek doubles its prices from 01 to 04 and 06 to 10 UTC.)
 */
function datedPricesOf(prices) {
  const list = Array.isArray(prices) ? prices : [{ prices }]
  const hourly = list.filter(({ constraint }) => constraint?.type === 'time_of_date').map((one) => costOf(one.prices))
  return list
    .filter(({ constraint }) => constraint === undefined || constraint.type === 'start_date')
    .map(({ constraint, prices: one }) =>
      withoutUndefined({ from: constraint?.start_date, cost: hourly.reduce(dearestOf, costOf(one)) }),
    )
    .filter(({ cost }) => cost.input !== undefined && cost.output !== undefined)
    .sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1))
}

/** Rate by rate. */
function dearestOf(one, other) {
  const names = Object.keys(costNames)
  return {
    ...one,
    ...withoutUndefined(Object.fromEntries(names.map((name) => [name, highest(one[name], other[name])]))),
  }
}

function highest(...rates) {
  const known = rates.filter((rate) => rate !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

const costNames = {
  input: 'input_mtok',
  output: 'output_mtok',
  cache_read: 'cache_read_mtok',
  cache_write: 'cache_write_mtok',
  cache_write_1h: 'cache_write_1h_mtok',
}

function costOf(prices) {
  const base = Object.entries(costNames).map(([name, key]) => [name, prices[key]?.base ?? prices[key]])
  const starts = new Set(Object.values(costNames).flatMap((key) => prices[key]?.tiers?.map(({ start }) => start) ?? []))
  const tiers = [...starts].sort((a, b) => a - b).map((start) => tierOf(prices, start))
  return withoutUndefined({ ...Object.fromEntries(base), tiers: tiers.length === 0 ? undefined : tiers })
}

/** A rate without a step of its own stays what it was below. */
function tierOf(prices, start) {
  const rates = Object.entries(costNames).map(([name, key]) => {
    const { base = prices[key], tiers = [] } = Object(prices[key])
    return [
      name,
      tiers.filter((tier) => tier.start <= start).at(-1)?.price ?? (typeof base === 'number' ? base : undefined),
    ]
  })
  return withoutUndefined({ above: start, ...Object.fromEntries(rates) })
}

function matches(match, id) {
  const name = id.toLowerCase()
  if (match.or !== undefined) return match.or.some((one) => matches(one, id))
  if (match.and !== undefined) return match.and.every((one) => matches(one, id))
  if (match.equals !== undefined) return name === match.equals.toLowerCase()
  if (match.starts_with !== undefined) return name.startsWith(match.starts_with.toLowerCase())
  if (match.ends_with !== undefined) return name.endsWith(match.ends_with.toLowerCase())
  if (match.contains !== undefined) return name.includes(match.contains.toLowerCase())
  return match.regex !== undefined && new RegExp(match.regex).test(name)
}

function withoutUndefined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
