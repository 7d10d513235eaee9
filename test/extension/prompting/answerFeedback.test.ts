/** What becomes of answers is told once for each request, never in the way of the user, and remembered by where the answer stands. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DaemonConnection } from '../../../extension/daemon/connection.ts'
import { connectionLostError } from '../../../extension/daemon/requestFailure.ts'
import { createAnswerFeedback, type PromptPlace } from '../../../extension/prompting/answerFeedback.ts'

const uri = 'file:///project/totals.ts'

/** Characters 100 to 200, unless said otherwise. */
function place(more: Partial<PromptPlace> = {}): PromptPlace {
  const range = { startOffset: 100, endOffset: 200 }
  return { prompt: 'refactor', text: undefined, documentUri: uri, range, ...more }
}

function createWorld(answer: () => Promise<unknown> = async () => ({ isCounted: true })) {
  const told: unknown[] = []
  const logged: string[] = []
  const request = (name: string, params: unknown) => {
    told.push([name, params])
    return answer()
  }
  const feedback = createAnswerFeedback({
    connection: { request } as unknown as Pick<DaemonConnection, 'request'>,
    log: (message) => void logged.push(message),
  })
  return { feedback, told, logged }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

for (const outcome of ['accepted', 'rejected', 'retried'] as const) {
  test(`an answer that was ${outcome} is told once, whatever becomes of it afterwards`, () => {
    const { feedback, told } = createWorld()
    feedback.tell('request-1', outcome)
    for (const later of ['accepted', 'rejected', 'retried'] as const) feedback.tell('request-1', later)
    assert.deepEqual(told, [['feedback', { requestId: 'request-1', outcome }]])
  })
}

test('a daemon that is gone is a line in the log and nothing more', async () => {
  const { feedback, told, logged } = createWorld(() => Promise.reject(connectionLostError('Waybill is not connected.')))
  feedback.tell('request-1', 'accepted')
  await settled()
  assert.deepEqual(logged, ['That the answer of request-1 was accepted could not be told: Waybill is not connected.'])
  feedback.tell('request-1', 'accepted')
  assert.equal(told.length, 1)
})

test('Run Again after an answer on the same code tells it as retried, and the new request follows it', () => {
  const { feedback, told } = createWorld()
  feedback.onRunAgain(place())
  assert.deepEqual(told, [])
  feedback.onAnswer('request-1', place())
  assert.equal(feedback.unwantedAt(place()), undefined)
  feedback.onRunAgain(place())
  assert.deepEqual(told, [['feedback', { requestId: 'request-1', outcome: 'retried' }]])
  assert.equal(feedback.unwantedAt(place()), 'request-1')
  // The next answer is another one.
  feedback.onAnswer('request-2', place())
  assert.equal(feedback.unwantedAt(place()), undefined)
})

test('an answer that was accepted is not told as retried, and nothing follows it', () => {
  const { feedback, told } = createWorld()
  feedback.onAnswer('request-1', place())
  feedback.tell('request-1', 'accepted')
  feedback.onRunAgain(place())
  assert.equal(told.length, 1)
  assert.equal(feedback.unwantedAt(place()), undefined)
})

test('a word that came before the place was known counts', () => {
  const { feedback } = createWorld()
  feedback.tell('request-1', 'rejected')
  feedback.onAnswer('request-1', place())
  assert.equal(feedback.unwantedAt(place()), 'request-1')
})

const others: readonly (readonly [string, Partial<PromptPlace>, boolean])[] = [
  ['the same code', {}, true],
  ['a function around it', { range: { startOffset: 50, endOffset: 300 } }, true],
  ['a part of it', { range: { startOffset: 150, endOffset: 151 } }, true],
  ['what ends where it begins', { range: { startOffset: 0, endOffset: 100 } }, false],
  ['what begins where it ends', { range: { startOffset: 200, endOffset: 300 } }, false],
  ['another prompt', { prompt: 'fix' }, false],
  ['other words', { text: 'Where can this throw?' }, false],
  ['another file', { documentUri: 'file:///project/other.ts' }, false],
]
for (const [name, more, follows] of others) {
  test(`a prompt on ${name} ${follows ? 'follows' : 'does not follow'} the rejected answer`, () => {
    const { feedback } = createWorld()
    feedback.onAnswer('request-1', place())
    feedback.tell('request-1', 'rejected')
    assert.equal(feedback.unwantedAt(place(more)), follows ? 'request-1' : undefined)
  })
}

test('the place moves with typing before it, and goes with its code and its document', () => {
  const { feedback } = createWorld()
  const moved = place({ range: { startOffset: 210, endOffset: 211 } })
  feedback.onAnswer('request-1', place())
  feedback.tell('request-1', 'rejected')
  feedback.onDocumentChanges('file:///project/other.ts', [{ offset: 0, replacedLength: 0, text: 'x'.repeat(50) }])
  assert.equal(feedback.unwantedAt(moved), undefined)
  feedback.onDocumentChanges(uri, [{ offset: 0, replacedLength: 0, text: 'x'.repeat(50) }])
  assert.equal(feedback.unwantedAt(moved), 'request-1')
  feedback.onDocumentChanges(uri, [{ offset: 140, replacedLength: 20, text: '' }])
  assert.equal(feedback.unwantedAt(moved), undefined)
  feedback.onAnswer('request-2', place())
  feedback.tell('request-2', 'rejected')
  feedback.onDocumentClosed(uri)
  assert.equal(feedback.unwantedAt(place()), undefined)
})

test('only the newest answers are remembered', () => {
  const { feedback } = createWorld()
  for (let number = 0; number <= 50; number += 1) {
    feedback.onAnswer(`request-${number}`, place({ documentUri: `file:///${number}` }))
    feedback.tell(`request-${number}`, 'rejected')
  }
  assert.equal(feedback.unwantedAt(place({ documentUri: 'file:///0' })), undefined)
  assert.equal(feedback.unwantedAt(place({ documentUri: 'file:///1' })), 'request-1')
})
