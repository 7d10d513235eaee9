/** The Markdown of an answer, and the line of its waybill under it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endedMarkdownOf, markdownSoFarOf } from '../../../extension/prompting/answerMarkdown.ts'
import { requestSummaryOf } from '../../../extension/prompting/requestSummary.ts'
import { nothingSeen } from '../../../extension/prompting/requestView.ts'
import { noMoney } from '../../../shared/domain/moneySum.ts'
import type { Waybill } from '../../../shared/domain/waybill.ts'

const attempt = {
  model: 'openai/gpt-5-mini',
  provider: 'openai',
  isPractice: false,
  usage: { inputTokens: 2184, outputTokens: 312 },
}
const cost = { ...noMoney, measuredNanodollars: 2_100_000 }

const summaries: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  ['a plain one', { attempts: [attempt], cost }, 'gpt-5-mini at openai, 4.2 s, 2,184 tokens in, 312 out, $0.0021'],
  [
    'one after failures',
    { attempts: [attempt, attempt, attempt], cost },
    'gpt-5-mini at openai, after 2 failed attempts, 4.2 s, 2,184 tokens in, 312 out, $0.0021',
  ],
  [
    'one without counts',
    { attempts: [{ ...attempt, usage: undefined }], cost: { ...noMoney, unknownCount: 1 } },
    'gpt-5-mini at openai, 4.2 s, tokens unknown, cost unknown',
  ],
  [
    'practice',
    { attempts: [{ ...attempt, isPractice: true }], cost: { ...noMoney, practiceNanodollars: 5 } },
    'practice: gpt-5-mini at openai, 4.2 s, 2,184 tokens in, 312 out, cost pretend',
  ],
  ['one that never left', { attempts: [], cost: noMoney }, 'no provider was called, 4.2 s'],
]
for (const [name, fields, expected] of summaries) {
  test(`the summary of a waybill: ${name}`, () => {
    assert.equal(requestSummaryOf(waybillOf(fields)).replaceAll('\u00a0', ' '), expected)
  })
}

test('an answer that has not begun says for whom it waits', () => {
  assert.equal(markdownSoFarOf('Explain a_b.ts 1', nothingSeen), '## Explain a\\_b.ts 1\n\n*Waiting for a provider…*\n')
})

test('an answer ends with its waybill, and a stopped one says so', () => {
  const waybill = waybillOf({ attempts: [], cost: noMoney })
  const stopped = endedMarkdownOf('Explain a.ts 1', 'Half\r\n', { kind: 'cancelled', waybill })
  assert.equal(
    stopped.replaceAll('\u00a0', ' '),
    '## Explain a.ts 1\n\nHalf\n\n---\n\n*Stopped.*\n\n*no provider was called, 4.2 s*\n',
  )
})

test('a code block that never ended does not swallow the lines below', () => {
  const ended = endedMarkdownOf('Ask', 'See:\n~~~~ts\na', { kind: 'cancelled', waybill: undefined })
  assert.equal(ended, '## Ask\n\nSee:\n~~~~ts\na\n~~~~\n\n---\n\n*Stopped.*\n')
})

test('a failure is told in its own words', () => {
  const failure = { kind: 'no-endpoint', message: 'Add a provider.' } as const
  const ended = endedMarkdownOf('Ask', '', { kind: 'failed', failure, waybill: undefined })
  assert.ok(ended.endsWith('---\n\n*Add a provider.*\n'))
})

function waybillOf(fields: Readonly<Record<string, unknown>>): Waybill {
  return { totalMs: 4200, ...fields } as unknown as Waybill
}
