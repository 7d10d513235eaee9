// From small samples of the two public lists to the catalogue's shape: nothing is lost, joined or priced that should not be.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'

type Cost = { readonly input: number; readonly output: number; readonly [name: string]: unknown }
type Entry = {
  readonly model: string
  readonly cost?: Cost
  readonly prices?: readonly { readonly from?: string; readonly cost: Cost }[]
}
type Sample = {
  readonly models: Readonly<Record<string, Readonly<Record<string, object>>>>
  readonly prices?: Readonly<Record<string, readonly object[]>>
}

const script = pathToFileURL(join(import.meta.dirname, '../../scripts/catalogModels.mjs')).href
const { catalogOf } = (await import(script)) as {
  readonly catalogOf: (sources: object) => {
    readonly providers: Readonly<Record<string, { readonly models: Readonly<Record<string, Entry>> }>>
  }
}

function modelsOf(kind: string, { models, prices = {} }: Sample): Readonly<Record<string, Entry>> {
  const priceProvider = (id: string) => (prices[id] === undefined ? undefined : { models: prices[id] })
  return catalogOf({ models, priceProvider, date: '2026-11-27', sources: [] }).providers[kind]?.models ?? {}
}

const listed = (id: string, more: object = {}) => ({ [id]: { id, name: id, ...more } })

test('a price that depends on the hour is taken at its dearest, from each of its days on', () => {
  const hours = (start_time: string, end_time: string) => ({ type: 'time_of_date', start_time, end_time })
  const peak = { input_mtok: 1.32, cache_read_mtok: 0.044, output_mtok: 3.96 }
  const prices = [
    { prices: { input_mtok: 0.435, cache_read_mtok: 0.05, output_mtok: 0.87 } },
    { constraint: { type: 'start_date', start_date: '2026-08-17' }, prices: { input_mtok: 0.66, output_mtok: 1.98 } },
    { constraint: hours('01:00:00Z', '04:00:00Z'), prices: peak },
    { constraint: hours('06:00:00Z', '10:00:00Z'), prices: peak },
  ]
  const models = modelsOf('deepseek', {
    models: { deepseek: listed('deepseek-v4-pro') },
    prices: { deepseek: [{ id: 'deepseek-v4-pro', match: { equals: 'deepseek-v4-pro' }, prices }] },
  })
  assert.deepEqual(models['deepseek-v4-pro']?.prices, [
    { cost: { input: 1.32, output: 3.96, cache_read: 0.05 } },
    { from: '2026-08-17', cost: { input: 1.32, output: 3.96, cache_read: 0.044 } },
  ])
})

test('models that do not chat are not in it', () => {
  const openai = {
    ...listed('gpt-x'),
    ...listed('gpt-image-9', { kind: 'image' }),
    ...listed('judge', { kind: 'judge' }),
    ...listed('text-embedding-3-large'),
  }
  assert.deepEqual(Object.keys(modelsOf('openai', { models: { openai } })), ['gpt-x'])
  const price = (id: string) => ({ id, match: { equals: id }, prices: { input_mtok: 1, output_mtok: 2 } })
  const cohere = modelsOf('cohere', { models: {}, prices: { cohere: [price('command-x'), price('embed-v4.0')] } })
  assert.deepEqual(Object.keys(cohere), ['command-x'])
})

test('models are joined by OpenRouter’s names, and no two of one provider are called the same', () => {
  const models = {
    openrouter: { ...listed('anthropic/claude-x.5'), ...listed('openrouter/auto'), ...listed('openai/gpt-5') },
    anthropic: { ...listed('claude-x-5-20260101'), ...listed('claude-x-5') },
    openai: { ...listed('gpt-5'), ...listed('gpt-5-chat-latest') },
    fireworks: listed('gpt-5'),
  }
  const idsOf = (kind: string) => Object.entries(modelsOf(kind, { models })).map(([name, { model }]) => [name, model])
  assert.deepEqual(idsOf('anthropic'), [
    ['claude-x-5', 'anthropic/claude-x.5'],
    ['claude-x-5-20260101', 'anthropic/claude-x-5-20260101'],
  ])
  assert.deepEqual(idsOf('openai'), [
    ['gpt-5', 'openai/gpt-5'],
    ['gpt-5-chat-latest', 'openai/gpt-5-chat'],
  ])
  assert.deepEqual(idsOf('fireworks'), [['accounts/fireworks/models/gpt-5', 'openai/gpt-5']])
  assert.equal('openrouter/auto' in modelsOf('openrouter', { models }), false)
})

test('a price of 0 is one only where the name says so', () => {
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
  const openrouter = { ...listed('a/x:free', { cost }), ...listed('a/x', { cost }) }
  const models = modelsOf('openrouter', { models: { openrouter } })
  assert.deepEqual(models['a/x:free']?.cost, { input: 0, output: 0 })
  assert.equal(models['a/x']?.cost, undefined)
})

test('the finer list’s price counts, with its dates, tiers and hour of cache; a rate without a step stays below it', () => {
  const finer = {
    input_mtok: { base: 3, tiers: [{ start: 200_000, price: 6 }] },
    output_mtok: 15,
    cache_write_1h_mtok: 6,
  }
  const prices = [
    { prices: finer },
    { constraint: { type: 'start_date', start_date: '2026-03-13' }, prices: { input_mtok: 3, output_mtok: 15 } },
  ]
  const match = { and: [{ starts_with: 'claude' }, { or: [{ contains: 'x' }, { regex: '^never$' }] }] }
  const models = modelsOf('anthropic', {
    models: {
      anthropic: {
        ...listed('claude-x', { cost: { input: 9, output: 9 } }),
        ...listed('claude-y', { cost: { input: 9, output: 9 } }),
      },
    },
    prices: { anthropic: [{ id: 'claude-x', match, prices }] },
  })
  assert.deepEqual(models['claude-x']?.prices, [
    {
      cost: {
        input: 3,
        output: 15,
        cache_write_1h: 6,
        tiers: [{ above: 200_000, input: 6, output: 15, cache_write_1h: 6 }],
      },
    },
    { from: '2026-03-13', cost: { input: 3, output: 15 } },
  ])
  assert.equal(models['claude-x']?.cost, undefined)
  assert.deepEqual(models['claude-y']?.cost, { input: 9, output: 9 })
})
