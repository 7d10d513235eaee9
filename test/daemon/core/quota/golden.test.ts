/**
 * `fixtures/prices/golden.json`: what answers cost by the providers' own words: usage as its wire says it, the price as its page says it, and a sum that is
 * not ours, each with its source. `published`: the page works the sum out itself. `billed`: the figure that the provider sent with a real answer.
 * `table`: only prices are published; the sum was computed by hand from them, as `byHand` says.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { nanodollarsOf, rateRowOf } from '../../../../daemon/core/quota/declaredPrice.ts'
import { priceUsage } from '../../../../daemon/core/quota/price.ts'
import { usageOf, withCounts } from '../../../../daemon/core/wire/anthropicUsage.ts'
import { decodeGeminiUsage } from '../../../../daemon/core/wire/geminiUsage.ts'
import { decodeOpenaiUsage } from '../../../../daemon/core/wire/openaiUsage.ts'
import { reportedNanodollarsOf } from '../../../../daemon/core/wire/reportedCost.ts'
import type { DeclaredPrice } from '../../../../shared/domain/declaredModel.ts'
import type { Dialect } from '../../../../shared/domain/dialect.ts'
import type { Usage } from '../../../../shared/domain/usage.ts'

type Golden = {
  readonly provider: string
  readonly model: string
  readonly sum: 'published' | 'billed' | 'table'
  /** Page or answer, and when. */
  readonly source: string
  readonly dialect: Dialect
  readonly usage: object
  readonly price: DeclaredPrice
  readonly byHand?: string
  readonly dollars: string
}

const file = new URL('../../../fixtures/prices/golden.json', import.meta.url)
const goldens: readonly Golden[] = JSON.parse(readFileSync(file, 'utf8'))

function decoded({ dialect, usage }: Golden): Usage | undefined {
  switch (dialect) {
    case 'openai-chat':
      return decodeOpenaiUsage(usage)
    case 'anthropic-messages':
      return usageOf(withCounts({}, usage))
    case 'gemini-generate':
      return decodeGeminiUsage(usage)
  }
}

for (const golden of goldens) {
  const { provider, model, sum, source, usage, price, dollars } = golden
  test(`${provider}, ${model}: $${dollars} (${sum}; ${source})`, () => {
    const endpoint = { rates: rateRowOf(price, 'declared'), isPractice: false }
    const nanodollars = nanodollarsOf(dollars)
    assert.deepEqual(priceUsage(decoded(golden), endpoint), { kind: 'measured', nanodollars })
    const reported = reportedNanodollarsOf(usage)
    if (reported !== undefined) assert.equal(reported, nanodollars)
  })
}

test('an answer that OpenRouter billed at another price than its list has differs, and both figures are there', () => {
  // Generation gen-1774988593-Ur8hqOkvR8eq7ABsUuOt, 2026-03-31: listed at $0.21 and $0.79, billed at $0.30 and $0.95.
  const usage = { prompt_tokens: 10_427, completion_tokens: 264, total_tokens: 10_691, cost: 0.0033789, is_byok: false }
  const endpoint = { rates: rateRowOf({ input: '0.21', output: '0.79' }, 'declared'), isPractice: false }
  assert.deepEqual(priceUsage(decodeOpenaiUsage(usage), endpoint), { kind: 'measured', nanodollars: 2_398_230 })
  assert.equal(reportedNanodollarsOf(usage), 3_378_900)
})
