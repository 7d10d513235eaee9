import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runAttempt } from '../../../daemon/gateway/attempt.ts'
import type { UpstreamEvent } from '../../../daemon/gateway/ports.ts'
import { endpoint } from '../../support/endpoints.ts'
import { createFakeUpstream, done, head, text } from '../../support/fakeUpstream.ts'
import { createManualClock } from '../../support/manualClock.ts'

const soFar: UpstreamEvent = { type: 'usage', usage: { inputTokens: 9, outputTokens: 600 }, isPartial: true }
const billed: UpstreamEvent = { type: 'usage', usage: { inputTokens: 9, outputTokens: 700 }, reportedNanodollars: 42 }

const rows = [
  { name: 'cut at our limit while it went on', events: [soFar], end: { isUsagePartial: true, isCut: true } },
  { name: 'broken off', events: [{ ...soFar, usage: { outputTokens: 5 } }], end: { isUsagePartial: true } },
  { name: 'ended after its last count', events: [{ ...soFar, usage: { outputTokens: 5 } }, done], end: {} },
  { name: 'ended with a count of its own', events: [billed, done], end: { reportedNanodollars: 42 } },
] as const

for (const { name, events, end } of rows) {
  test(`the count of an answer that was ${name}`, async () => {
    const upstream = createFakeUpstream([[[head], [text('Hi')], events]])
    const ended = await runAttempt(
      { upstream, clock: createManualClock() },
      {
        upstreamCall: { endpoint: endpoint('a/x@one'), request: { messages: [], parameters: {} }, connectMs: 1 },
        limits: {
          firstTokenMs: 1_000,
          idleMs: 1_000,
          deadlineMs: 1_000_000,
          maxAnswerLength: 1_000,
          cutAfter: { answerLength: 1_000, outputTokens: 500 },
        },
      },
      { onEvents: () => undefined },
      new AbortController().signal,
    )
    const { isUsagePartial, isCut, reportedNanodollars } = ended
    assert.deepEqual(
      { isUsagePartial, isCut, reportedNanodollars },
      { isUsagePartial: undefined, isCut: undefined, reportedNanodollars: undefined, ...end },
    )
  })
}
