import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExpandedLine } from '../../../../daemon/core/journal/compactEntry.ts'
import { createWaybillPage } from '../../../../daemon/core/journal/waybillPage.ts'
import { endpoint } from '../../../support/endpoints.ts'
import { done, head, text, usage } from '../../../support/fakeUpstream.ts'
import { createRig, requestFor, startRequest } from '../../../support/gatewayRig.ts'

const outage = [[{ type: 'failure' as const, failure: { kind: 'unreachable' as const, message: 'nobody answers' } }]]
const answer = [[head], [text('a')], [usage(10, 20), done]]
const all = () => true

/** Two requests, the first with two attempts; newest line first. */
async function linesOfTwo() {
  const rig = createRig([outage, answer, answer])
  const endpoints = [endpoint('a/x@one'), endpoint('a/x@two')]
  const first = await startRequest(rig.ports, requestFor(endpoints)).ended
  const second = await startRequest(rig.ports, requestFor([endpoint('a/x@two')], { requestId: 'request-2' as never }))
    .ended
  const lines = rig.journal.all().map((entry): ExpandedLine => ({ needs: 'nothing', entry }))
  return { first, second, lines: lines.toReversed() }
}

test('waybills are whole, newest first, and whole before their first reserve was read', async () => {
  const { first, second, lines } = await linesOfTwo()
  const page = createWaybillPage(all)
  for (const line of lines) page.take(line)
  assert.deepEqual(page.waybills(), [second, first])
  assert.deepEqual(page.incomplete(), [])
})

test('what only completes the page brings nothing new into it', async () => {
  const { first, lines } = await linesOfTwo()
  const page = createWaybillPage(all)
  const own = lines.findIndex((line) => line.needs === 'nothing' && line.entry.type === 'request')
  const older = lines.slice(own + 1).filter((line) => line.needs === 'nothing' && line.entry.type === 'request')
  for (const line of older) page.take(line)
  assert.deepEqual(page.incomplete(), [first.requestId])
  for (const line of lines) page.complete(line)
  assert.deepEqual(page.waybills(), [first])
})

test('what is not wanted counts only until it is known', async () => {
  const { second, lines } = await linesOfTwo()
  const page = createWaybillPage((waybill) => waybill.requestId === second.requestId)
  const counts = lines.map((line) => {
    page.take(line)
    return page.count()
  })
  assert.equal(Math.max(...counts), 2)
  assert.equal(page.count(), 1)
  assert.deepEqual(page.waybills(), [second])
})

test('an attempt whose line is lost leaves the others, and the page does not wait for it', async () => {
  const { first, second, lines } = await linesOfTwo()
  const page = createWaybillPage(all)
  const isLost = (line: ExpandedLine) =>
    line.needs === 'nothing' && line.entry.type === 'end' && line.entry.record.outcome === 'failed'
  for (const line of lines) if (!isLost(line)) page.take(line)
  assert.deepEqual(page.waybills(), [second, { ...first, attempts: first.attempts.slice(1) }])
  assert.deepEqual(page.incomplete(), [])
})
