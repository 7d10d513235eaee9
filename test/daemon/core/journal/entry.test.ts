import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { journalEntrySchema, journalSchemaVersion } from '../../../../daemon/core/journal/entry.ts'
import { checkpointOf, createJournalState } from '../../../../daemon/core/journal/journalState.ts'
import { endpoint } from '../../../support/endpoints.ts'
import { done, head, text, usage } from '../../../support/fakeUpstream.ts'
import { createRig, requestFor, startRequest } from '../../../support/gatewayRig.ts'

const outage = [[{ type: 'failure' as const, failure: { kind: 'unreachable' as const, message: 'nobody answers' } }]]
const rates = { inputNanodollarsPerMillionTokens: 1, outputNanodollarsPerMillionTokens: 2, source: 'test' }

test('what the gateway journals is what the schema reads back, field by field', async () => {
  const rig = createRig([outage, [[head], [text('a')], [usage(10, 20), done]]])
  await startRequest(rig.ports, requestFor([endpoint('a/x@one'), endpoint('a/x@two', { rates })])).ended
  const entries = rig.journal.all()
  assert.deepEqual(
    entries.map((entry) => entry.type),
    ['checkpoint', 'reserve', 'end', 'reserve', 'end', 'request'],
  )
  for (const entry of entries) assert.deepEqual(journalEntrySchema.parse(JSON.parse(JSON.stringify(entry))), entry)
})

test('a checkpoint of another schema version is not read as one of ours', () => {
  const checkpoint = checkpointOf(createJournalState(), '2026-11-23', 0)
  assert.equal(checkpoint.schema, journalSchemaVersion)
  assert.equal(journalEntrySchema.safeParse({ ...checkpoint, schema: 3 }).success, false)
})

test('whatever a provider counts and a price row says, what is journalled can be read back', async () => {
  const count = fc.oneof(fc.nat(1_000), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }))
  const price = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
  await fc.assert(
    fc.asyncProperty(count, count, price, price, async (input, output, inputPrice, outputPrice) => {
      const rates = {
        inputNanodollarsPerMillionTokens: inputPrice,
        outputNanodollarsPerMillionTokens: outputPrice,
        source: 'test',
      }
      const rig = createRig([[[head], [text('a')], [usage(input, output), done]]])
      await startRequest(rig.ports, requestFor([endpoint('a/x@one', { rates })])).ended
      for (const entry of rig.journal.all())
        assert.deepEqual(journalEntrySchema.parse(JSON.parse(JSON.stringify(entry))), entry)
    }),
  )
})
