import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { reportedNanodollarsOf } from '../../../../daemon/core/wire/reportedCost.ts'

const rows: readonly { readonly name: string; readonly usage: unknown; readonly nanodollars: number | undefined }[] = [
  { name: 'nothing', usage: { prompt_tokens: 1 }, nanodollars: undefined },
  { name: 'no usage', usage: null, nanodollars: undefined },
  // OpenRouter "Usage accounting": the example of the page.
  {
    name: 'OpenRouter: credits',
    usage: { cost: 0.95, cost_details: { upstream_inference_cost: 19 } },
    nanodollars: 95e7,
  },
  // An answer of 2026-04-15 (gen-1776261029-NwGfHtvek98PEpj1M0fh).
  { name: 'OpenRouter: a small cost', usage: { cost: 0.00011018, is_byok: false }, nanodollars: 110_180 },
  {
    name: 'OpenRouter: a key of one’s own pays beside the fee',
    usage: { cost: 0.0005, is_byok: true, cost_details: { upstream_inference_cost: 0.01 } },
    nanodollars: 10_500_000,
  },
  { name: 'OpenRouter: a key of one’s own, no detail', usage: { cost: 0.0005, is_byok: true }, nanodollars: 500_000 },
  { name: 'a free answer', usage: { cost: 0 }, nanodollars: 0 },
  { name: 'a cost below 1e-6', usage: { cost: 1.96e-7 }, nanodollars: 196 },
  { name: 'a fraction of a nanodollar is rounded up', usage: { cost: 0.0000000011 }, nanodollars: 2 },
  { name: 'digits as text', usage: { cost: '0.0123456789' }, nanodollars: 12_345_679 },
  // xAI "Cost tracking": $0.0038 and $0.04.
  { name: 'xAI: ticks', usage: { cost_in_usd_ticks: 37_756_000 }, nanodollars: 3_775_600 },
  { name: 'xAI: ticks of an image', usage: { cost_in_usd_ticks: 400_000_000 }, nanodollars: 40_000_000 },
  { name: 'xAI: a part of a nanodollar', usage: { cost_in_usd_ticks: 11 }, nanodollars: 2 },
  {
    name: 'Perplexity: the total of its parts',
    usage: { cost: { input_tokens_cost: 0.001, output_tokens_cost: 0.002, request_cost: 0.005, total_cost: 0.008 } },
    nanodollars: 8_000_000,
  },
  { name: 'DeepInfra', usage: { estimated_cost: 0.0000268 }, nanodollars: 26_800 },
  { name: 'no number', usage: { cost: 'free' }, nanodollars: undefined },
  { name: 'less than nothing', usage: { cost: -1 }, nanodollars: undefined },
  { name: 'less than no ticks', usage: { cost_in_usd_ticks: -5 }, nanodollars: undefined },
  { name: 'more than any answer costs', usage: { cost: 1e9 }, nanodollars: undefined },
  { name: 'no end of digits', usage: { cost: '1e999999' }, nanodollars: undefined },
  { name: 'another shape', usage: { cost: { total: 3 } }, nanodollars: undefined },
]

for (const { name, usage, nanodollars } of rows) {
  test(`reads what the provider says that it bills: ${name}`, () => {
    assert.equal(reportedNanodollarsOf(usage), nanodollars)
  })
}

test('property: any number of nanodollars comes back as it was, through JSON and its floats', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), (nanodollars) => {
      const digits = String(nanodollars).padStart(10, '0')
      const text = `{"cost": ${digits.slice(0, -9)}.${digits.slice(-9)}}`
      assert.equal(reportedNanodollarsOf(JSON.parse(text)), Number(nanodollars))
    }),
    { numRuns: 1_000 },
  )
})
