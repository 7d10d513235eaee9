/** What the channel "Waybill" says of requests that did not succeed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DaemonConnection } from '../../../extension/daemon/connection.ts'
import type { RequestEnd } from '../../../extension/prompting/followRequest.ts'
import { createLogEnd } from '../../../extension/prompting/logEnd.ts'
import type { Waybill } from '../../../shared/domain/waybill.ts'

const ends: readonly (readonly [RequestEnd, string | undefined])[] = [
  [{ kind: 'succeeded', text: 'secret', waybill: {} as unknown as Waybill }, undefined],
  [{ kind: 'detached', waybill: undefined }, undefined],
  [{ kind: 'in-use', waybill: undefined }, undefined],
  [{ kind: 'cancelled', waybill: undefined }, 'Request r: cancelled'],
  [{ kind: 'lost', message: 'It is gone.', waybill: undefined }, 'Request r: lost: It is gone.'],
  [
    { kind: 'failed', failure: { kind: 'timeout', message: 'Too slow.' }, waybill: undefined },
    'Request r: timeout: Too slow.',
  ],
]
for (const [end, expected] of ends) {
  test(`a request that ended as ${end.kind} is logged as ${expected ?? 'nothing'}`, async () => {
    const lines = await linesOf([end])
    assert.equal(lines[0], expected)
  })
}

test('the daemon’s own log is named once', async () => {
  const end: RequestEnd = { kind: 'cancelled', waybill: undefined }
  const lines = await linesOf([end, end])
  assert.deepEqual(lines, ['Request r: cancelled', "The daemon's own log: /logs/daemon.log", 'Request r: cancelled'])
})

async function linesOf(ends: readonly RequestEnd[]): Promise<readonly string[]> {
  const lines: string[] = []
  const add = (line: string) => void lines.push(line)
  const connection = {
    state: () => ({ kind: 'connected' }),
    request: async () => ({ logFile: '/logs/daemon.log' }),
  } as unknown as DaemonConnection
  const logEnd = createLogEnd({ info: add, warn: add }, connection)
  for (const end of ends) {
    logEnd('r', end)
    await new Promise((settle) => setImmediate(settle))
  }
  return lines
}
