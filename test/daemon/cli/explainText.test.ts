import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderExplanation, renderShortExplanation } from '../../../daemon/cli/explainText.ts'
import { explainPlan } from '../../../daemon/core/routing/explainPlan.ts'
import type { PlanInput } from '../../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../../daemon/core/routing/planRoute.ts'
import type { EndpointId } from '../../../shared/domain/ids.ts'
import type { Explanation } from '../../../shared/protocol/explain.ts'
import { dollars, planned, plannedModels } from '../../support/endpoints.ts'

const input: PlanInput = {
  nowMs: 1_000,
  seed: 7,
  models: plannedModels([
    planned('author/model@one', dollars('1')),
    planned('author/model@two', dollars('2')),
    planned('author/model@three', dollars('15')),
  ]),
  preferences: { sort: 'price', max_price: { prompt: '2.1' } },
  needs: { inputTokens: 60_000, requiredOutputTokens: 1, parameters: [], modalities: [] },
}
const plan = planRoute(input)
const explanation: Explanation = {
  answer: 'author/model@two answered because author/model@one failed (provider-error), and it was the next candidate.',
  plans: [explainPlan({ atMs: 1_000, plan, input })],
  attempts: [
    { attempt: 1, endpoint: 'author/model@one' as EndpointId, text: 'failed (provider-error) after 1.2 s. Went on.' },
    { attempt: 2, endpoint: 'author/model@two' as EndpointId, text: 'answered after 1.2 s' },
  ],
}

for (const widthColumns of [40, 60, 80, 100]) {
  test(`no line is wider than the terminal, and all parts are there: ${widthColumns} columns`, () => {
    const text = renderExplanation(explanation, { isColored: false, widthColumns })
    const tooWide = text.split('\n').filter((line) => line.length > widthColumns)
    assert.deepEqual(tooWide, [])
    for (const part of ['Why  author/model@two', 'Candidates', 'Left out', 'Attempts', 'byte for']) {
      assert.ok(text.includes(part), part)
    }
  })
}

test('the short form holds the answer, the decisions and what was left out', () => {
  const text = renderShortExplanation(explanation, { isColored: false, widthColumns: 80 })
  assert.match(text, /^Why {2}author\/model@two answered/)
  assert.match(text, /\n {2}1 {2}author\/model@one failed/)
  assert.match(text, /\n {2}not author\/model@three: it is dearer/)
  assert.doesNotMatch(text, /\n {2}2 {2}/)
})

test('each way in which a plan may not be recomputed is said', () => {
  const textOf = (more: Partial<Explanation['plans'][number]>) => {
    const plans = explanation.plans.map((one) => ({ ...one, ...more, scores: [] }))
    return renderExplanation({ ...explanation, plans }, { isColored: false, widthColumns: 100 })
  }
  assert.match(textOf({ recomputed: 'different' }), /fault of Waybill/)
  assert.match(textOf({ recomputed: 'other-version' }), /another version of the rules/)
  assert.match(textOf({ recomputed: 'inputs-missing' }), /not kept any more/)
})

test('what was not sent has no record that it could be computed again from', () => {
  const forecast = { inputTokens: 9, maxOutputTokens: 9, bound: { kind: 'unknown' }, firstTokenMs: 3 } as const
  const drawn = renderExplanation({ ...explanation, attempts: [], forecast }, { isColored: false, widthColumns: 80 })
  assert.doesNotMatch(drawn, /omputed again/)
  assert.match(drawn.replaceAll('\u00a0', ' '), /First token within 0\.01 s\./)
})
