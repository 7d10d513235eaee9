import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { nothingDrawn, onStreamPart } from '../../shared/domain/drawnText.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { journal } from '../../shared/protocol/journal.ts'
import { status } from '../../shared/protocol/status.ts'
import {
  beginWith,
  configOf,
  endStream,
  frameOfText,
  type LoopbackProvider,
  type ProviderCall,
  startProvider,
} from '../support/loopbackProvider.ts'
import { ownHome } from '../support/ownHome.ts'
import { askPrompt, type Conversation, connectClient, type RpcClient, resultOf } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { startDaemon } from '../support/waybillProgram.ts'

const closedWithinMs = 50

test(`$/cancelRequest closes the upstream connection within ${closedWithinMs} ms and is journalled as cancelled`, async (t) => {
  const { client, provider } = await rig(t)
  const delaysMs: number[] = []
  for (let round = 0; round < 5; round++) {
    const conversation = client.chat(askPrompt(`round ${round}`))
    const call = await firstText(conversation, provider, round)
    const startedMs = performance.now()
    conversation.cancel()
    delaysMs.push((await call.untilClosed()) - startedMs)
    const { error } = await conversation.answer
    assert.equal(error?.code, -32800)
    assert.equal(error?.data?.failure.kind, 'cancelled')
    assert.equal(conversation.parts.at(-1)?.type, 'request-end')
    assert.equal((await waybillOf(client, conversation.requestId))?.outcome, 'cancelled')
  }
  delaysMs.sort((a, b) => a - b)
  t.diagnostic(
    `upstream closed after ${delaysMs.map((ms) => ms.toFixed(1)).join(', ')} ms, median ${delaysMs[2]?.toFixed(1)}`,
  )
  // The median: one pause of a busy machine must not fail the test, a timer of ours would delay all.
  assert.ok((delaysMs[2] ?? Number.POSITIVE_INFINITY) < closedWithinMs, delaysMs.join(', '))
})

test('a request that is cancelled before the provider answered closes its connection too', async (t) => {
  const { client, provider } = await rig(t, () => undefined)
  const conversation = client.chat(askPrompt('never answered'))
  const call = await waitFor('the call', () => provider.calls[0])
  conversation.cancel()
  await call.untilClosed()
  assert.equal((await conversation.answer).error?.data?.failure.kind, 'cancelled')
  assert.equal((await waybillOf(client, conversation.requestId))?.attempts[0]?.outcome, 'cancelled')
})

test('a client that vanishes closes the upstream connection, unless it asked to hold', async (t) => {
  const { client, provider, connect } = await rig(t)
  const other = await connect()
  const conversation = other.chat(askPrompt('who leaves'))
  const call = await firstText(conversation, provider, 0)
  other.socket.destroy()
  await call.untilClosed()
  const waybill = await waitFor('the waybill', () => waybillOf(client, conversation.requestId))
  assert.equal(waybill.outcome, 'cancelled')
})

test('a held answer goes on without its client, and an attach gives all of its parts', async (t) => {
  const { client, provider, connect } = await rig(t)
  const other = await connect()
  const left = other.chat({ ...askPrompt('hold'), onDisconnect: 'hold' })
  const call = await firstText(left, provider, 0)
  await other.close()
  call.response.write(frameOfText(' two'))
  endStream(call)
  await waitFor('the end', async () => (await client.ask(status, {})).requestsUnderWay.length === 0)

  const attached = client.attach(left.requestId, 0)
  const result = await resultOf(attached)
  assert.equal(result.state === 'ended' && result.waybill.outcome, 'succeeded')
  assert.equal(attached.parts.reduce(onStreamPart, nothingDrawn).text, 'one two')
  assert.deepEqual(
    attached.parts.map((part) => part.number),
    attached.parts.map((_, index) => index + 1),
  )
})

test('after a reload a new connection attaches after the last part it has and gets the rest, then live parts', async (t) => {
  const { provider, connect } = await rig(t)
  const before = await connect()
  const left = before.chat({ ...askPrompt('reload'), onDisconnect: 'hold' })
  const call = await firstText(left, provider, 0)
  const seen = left.parts.reduce(onStreamPart, nothingDrawn)
  await before.close()
  call.response.write(frameOfText(' two'))

  const after = await connect()
  const attached = after.attach(left.requestId, seen.lastPartNumber)
  await waitFor('the rest', () => attached.parts.reduce(onStreamPart, seen).text === 'one two')
  call.response.write(frameOfText(' three'))
  await waitFor('a live part', () => attached.parts.reduce(onStreamPart, seen).text === 'one two three')
  endStream(call)
  assert.equal((await resultOf(attached)).state, 'ended')
  assert.equal(attached.parts[0]?.number, seen.lastPartNumber + 1)
})

test('an attached request is cancelled by the client that reads it, not by the one that it was taken from', async (t) => {
  const { provider, connect } = await rig(t)
  const first = await connect()
  const taken = first.chat(askPrompt('taken'))
  const call = await firstText(taken, provider, 0)
  const second = await connect()
  const attached = second.attach(taken.requestId, 0)
  assert.deepEqual(await resultOf(taken), { state: 'taken-over' })
  taken.cancel()
  await first.close()
  assert.equal(call.isClosed(), false)
  attached.cancel()
  await call.untilClosed()
  assert.equal((await attached.answer).error?.data?.failure.kind, 'cancelled')
})

/** By default the provider says `one` and goes on as the test says. */
async function rig(t: TestContext, onCall: (call: ProviderCall) => void = (call) => beginWith(call, 'one')) {
  const provider = await startProvider(t, onCall)
  const home = ownHome(t, configOf({ one: provider }))
  const daemon = await startDaemon(home)
  const connect = () => connectClient(daemon.socketPath)
  return { provider, connect, client: await connect() }
}

async function firstText(conversation: Conversation, provider: LoopbackProvider, index: number): Promise<ProviderCall> {
  await waitFor('the first text', () => conversation.parts.some((part) => part.type === 'text-append'))
  const call = provider.calls[index]
  assert.ok(call !== undefined)
  return call
}

async function waybillOf(client: RpcClient, requestId: string): Promise<Waybill | undefined> {
  return (await client.ask(journal, { requestId })).waybills[0]
}
