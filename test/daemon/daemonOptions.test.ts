import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daemonOptionsOf } from '../../daemon/daemonOptions.ts'

test('without options the daemon stays 15 minutes idle and hands over within 10 and 2 minutes', () => {
  assert.deepEqual(daemonOptionsOf([]), { idleExitMs: 900_000, handOver: { waitMs: 600_000, drainMs: 120_000 } })
})

test('each time can be given, in any order', () => {
  assert.deepEqual(
    daemonOptionsOf(['--hand-over-wait-ms', '1000', '--idle-exit-ms', '7', '--hand-over-drain-ms', '0']),
    {
      idleExitMs: 7,
      handOver: { waitMs: 1000, drainMs: 0 },
    },
  )
})

const wrong = [
  ['--idle-exit-ms'],
  ['--idle-exit-ms', ''],
  ['--idle-exit-ms', '-1'],
  ['--hand-over-wait-ms', '1s'],
  ['7'],
  ['--x', '7'],
]
for (const words of wrong) {
  test(`${JSON.stringify(words)} are no options`, () => {
    assert.equal(daemonOptionsOf(words), undefined)
  })
}
