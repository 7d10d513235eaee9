// Attaching to a request that has ended: its parts while they are kept, and after a restart of the daemon its waybill alone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nothingDrawn, onStreamPart } from '../../shared/domain/drawnText.ts'
import { ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient, resultOf } from '../support/rpcClient.ts'
import { startDaemon, waybill } from '../support/waybillProgram.ts'

const practice = { ...askPrompt('what is this?'), profile: 'practice' }

test('an ended request is read again from its kept parts, and after a restart it answers with its waybill', async (t) => {
  const home = ownHome(t)
  const first = await startDaemon(home)
  const client = await connectClient(first.socketPath)
  const asked = client.chat(practice)
  const answered = await resultOf(asked)
  assert.ok(answered.state === 'ended')

  const again = client.attach(asked.requestId, 0)
  assert.deepEqual(await resultOf(again), answered)
  const textOf = (parts: typeof again.parts) => parts.reduce(onStreamPart, nothingDrawn).text
  assert.equal(textOf(again.parts), textOf(asked.parts))
  assert.notEqual(textOf(again.parts), '')

  await waybill(home, ['stop'])
  const second = await startDaemon(home)
  const later = await connectClient(second.socketPath)
  const attached = later.attach(asked.requestId, 0)
  assert.deepEqual(await resultOf(attached), answered)
  assert.deepEqual(attached.parts, [])
  const failure = await later.refusal('waybill/chat/attach', { requestId: 'never-made', after: 0 })
  assert.equal(failure.code, 1014)
  await later.close()
})
