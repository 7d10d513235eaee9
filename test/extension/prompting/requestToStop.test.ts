/** Which request Escape and the Stop command end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestToStop } from '../../../extension/prompting/requestToStop.ts'
import { createRunningRequests } from '../../../extension/prompting/runningRequests.ts'

const rows: readonly (readonly [string, string | undefined, string | undefined, string | undefined])[] = [
  ['the one that is named', 'old-of-a', 'file:///b', 'old-of-a'],
  ['none in place of one that has ended', 'ended', 'file:///a', undefined],
  ['the active document’s newest', undefined, 'file:///a', 'new-of-a'],
  ['the newest when the active document has none', undefined, 'file:///c', 'of-b'],
  ['the newest when no document is active', undefined, undefined, 'of-b'],
]
for (const [name, requestId, activeDocumentUri, expected] of rows) {
  test(`a stop means ${name}`, () => {
    const running = createRunningRequests()
    const common = { title: 'Fix', phase: 'waiting', model: undefined, provider: undefined, isPractice: false } as const
    for (const [id, documentUri] of [
      ['old-of-a', 'file:///a'],
      ['new-of-a', 'file:///a'],
      ['of-b', 'file:///b'],
    ] as const) {
      running.put({ ...common, requestId: id, documentUri, stop: () => {} })
    }
    assert.equal(requestToStop(running.list(), { requestId, activeDocumentUri })?.requestId, expected)
  })
}
