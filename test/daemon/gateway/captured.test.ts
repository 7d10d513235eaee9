import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CapturedRequest, captureRequest } from '../../../daemon/gateway/captured.ts'
import type { StreamPart } from '../../../shared/domain/streamPart.ts'
import { requestFor } from '../../support/gatewayRig.ts'

const parts = [
  { number: 1, attempt: 1, type: 'text-append', text: 'wrong' },
  { number: 2, attempt: 1, type: 'rewind' },
  { number: 3, attempt: 2, type: 'text-append', text: 'the ' },
  { number: 4, attempt: 2, type: 'reasoning-append', text: 'thought' },
  { number: 5, attempt: 2, type: 'text-append', text: 'right' },
] as const satisfies readonly StreamPart[]

function captureOf(isWanted: boolean, more: Parameters<typeof requestFor>[1] = {}): readonly CapturedRequest[] {
  const kept: CapturedRequest[] = []
  const captured = {
    isWanted: () => isWanted,
    keep: (one: CapturedRequest) => void kept.push(one),
    find: () => undefined,
    forget: () => [],
  }
  captureRequest(captured, requestFor([], more), parts, 7)
  return kept
}

test('the text that stayed and what was sent are captured, pictures by their name alone', () => {
  const content = [
    { type: 'text' as const, text: 'what is this?' },
    { type: 'image' as const, mediaType: 'image/png', base64: 'AAAA' },
  ]
  const [one] = captureOf(true, {
    messages: [
      { role: 'system', content: 'be kind' },
      { role: 'user', content },
    ],
  })
  assert.deepEqual(one, {
    requestId: 'request-1',
    workspace: '/project',
    atMs: 7,
    messages: [
      { role: 'system', text: 'be kind' },
      { role: 'user', text: 'what is this?\n[image]' },
    ],
    answer: 'the right',
  })
})

test('nothing is captured of a workspace that was not named, or of none', () => {
  assert.deepEqual(captureOf(false), [])
  assert.deepEqual(captureOf(true, { caller: { client: 'test', user: 'anna' } }), [])
})
