import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createForgetting } from '../../../daemon/gateway/forgetting.ts'
import type { ForgetWish } from '../../../shared/domain/forgetWish.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const wish: ForgetWish = { kind: 'all' }

test('a wish is over after what is kept beside the journal went too, and not before', async () => {
  const steps: string[] = []
  let unfinished: ForgetWish | undefined = wish
  let breaksOff = true
  const forgetting = createForgetting({
    ledger: {
      forget: async () => {
        steps.push('journal')
        return { requestIds: new Set(['request-1']), removedDays: [] }
      },
    },
    journal: {
      unfinishedForget: () => unfinished,
      forgetDone: () => {
        steps.push('done')
        unfinished = undefined
        return undefined
      },
    },
    remains: (_wish, { requestIds }) => {
      if (breaksOff) throw new Error('killed')
      steps.push(`remains of ${[...requestIds].join()}`)
      return ['a file that stays']
    },
    log: createRecordingLog(),
  })
  await assert.rejects(forgetting.forget(wish), /killed/)
  assert.deepEqual(steps.splice(0), ['journal'])
  breaksOff = false
  await forgetting.resume()
  assert.deepEqual(steps.splice(0), ['journal', 'remains of request-1', 'done'])
  await forgetting.resume()
  assert.deepEqual(steps, [])
  assert.deepEqual(await forgetting.forget(wish), { requests: 1, removedDays: [], problems: ['a file that stays'] })
})
