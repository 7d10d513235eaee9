import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localTimeOf } from '../../../extension/panel/localTime.ts'
import { requestViewOf } from '../../../extension/panel/waybillView.ts'
import type { EndpointId } from '../../../shared/domain/ids.ts'
import { waybillSchema } from '../../../shared/domain/waybill.ts'
import { attempt, sampleNowMs, waybillFields } from './samples.ts'

const time = localTimeOf('UTC')
const candidates = ['a/x@one' as EndpointId]
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

const carrying = waybillSchema.parse({
  ...waybillFields(),
  attempts: [{ ...attempt(), key: 'ONE_API_KEY', droppedParameters: ['seed', 'top_k'] }],
  plan: { version: 2, orderedBy: 'adaptive', candidates, rejected: [] },
  tier: 'strong',
  waitedMs: 4_000,
  catalogDate: '2026-11-27',
})

test('a waybill shows by what it was ordered, its tier, how long it waited and the date of its prices', () => {
  const { facts } = requestViewOf(carrying, time, sampleNowMs).details
  assert.deepEqual(
    facts.slice(-4).map(({ label, value }) => `${label}: ${plain(value)}`),
    [
      'Ordered by: price, waiting and failures',
      'Tier: strong',
      'Waited: 4.0 s: nobody could be called before',
      'Prices: catalogue of 2026-11-27',
    ],
  )
})

test('an attempt shows the name of its key and what it was sent without', () => {
  const [shown] = requestViewOf(carrying, time, sampleNowMs).details.attempts
  assert.match(shown?.timings ?? '', /, key ONE_API_KEY, sent without seed, top_k$/)
})
