// What a person is told of a cost: the real daemon and command line, and a provider that counts, bills and breaks off as it likes.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  beginWith,
  configOf,
  frameOfDone,
  frameOfFinish,
  frameOfText,
  openStream,
  type ProviderCall,
  startProvider,
} from '../support/loopbackProvider.ts'
import { ownHome } from '../support/ownHome.ts'
import { askPrompt, connectClient } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { startDaemon, waybill } from '../support/waybillProgram.ts'

const wide = { environment: { COLUMNS: '200' } }

test('a cancelled answer says that its cost is estimated, from how much, and between what', async (t) => {
  const { client, logOf } = await rig(t, (call) => beginWith(call, 'x'.repeat(1_234)))
  const conversation = client.chat(askPrompt('why?'))
  await waitFor('the first text', () => conversation.parts.some((part) => part.type === 'text-append'))
  conversation.cancel()
  await conversation.answer
  assert.match(await logOf(conversation.requestId), /estimated: cancelled after 1,234 bytes, between <?\$\S+ and \$\S+/)
})

test('a provider that bills more than its price makes it is quoted, with the difference', async (t) => {
  const usage = { prompt_tokens: 1_000_000, completion_tokens: 0, cost: 1.5 }
  const { client, logOf } = await rig(t, (call) => {
    openStream(call)
    const counted = `data: ${JSON.stringify({ choices: [], usage })}\n\n`
    call.response.end(frameOfText('Hi') + frameOfFinish + counted + frameOfDone)
  })
  const conversation = client.chat(askPrompt('why?'))
  await conversation.answer
  const shown = await logOf(conversation.requestId)
  assert.match(shown, /cost \$1\.0000, held at most/)
  assert.match(shown, /the provider says \$1\.5000, 50.% more than its price makes it/)
})

async function rig(t: TestContext, onCall: (call: ProviderCall) => void) {
  const provider = await startProvider(t, onCall)
  const home = ownHome(t, configOf({ one: provider }))
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  return {
    client,
    logOf: async (requestId: string) => (await waybill(home, ['log', requestId], wide)).out.replaceAll('\u00a0', ' '),
  }
}
