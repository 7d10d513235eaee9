import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { handOverPhaseOf } from '../../../../daemon/core/handOver/handOverPhase.ts'

const limits = { waitMs: 600_000, drainMs: 120_000 }

const rows: readonly (readonly [number, number, ReturnType<typeof handOverPhaseOf>])[] = [
  [0, 0, { phase: 'ending' }],
  [0, 1, { phase: 'waiting', leftMs: 600_000 }],
  [599_999, 3, { phase: 'waiting', leftMs: 1 }],
  [599_999, 0, { phase: 'ending' }],
  [600_000, 1, { phase: 'draining', leftMs: 120_000 }],
  [719_999, 1, { phase: 'draining', leftMs: 1 }],
  [700_000, 0, { phase: 'ending' }],
  [720_000, 1, { phase: 'ending' }],
  [1e12, 9, { phase: 'ending' }],
]

for (const [sinceAskedMs, heldCount, expected] of rows) {
  test(`${sinceAskedMs} ms after it was asked, with ${heldCount} requests: ${expected.phase}`, () => {
    assert.deepEqual(handOverPhaseOf(sinceAskedMs, heldCount, limits), expected)
  })
}

test('whoever looks again when it is told to gets through all phases, with any limits, and none comes back', () => {
  const order = ['waiting', 'draining', 'ending']
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(1e6), (waitMs, drainMs) => {
      const seen: number[] = []
      let atMs = 0
      for (let look = 0; look < 4; look += 1) {
        const phase = handOverPhaseOf(atMs, 1, { waitMs, drainMs })
        seen.push(order.indexOf(phase.phase))
        if (phase.phase === 'ending') break
        assert.ok(phase.leftMs > 0)
        atMs += phase.leftMs
      }
      assert.equal(seen.at(-1), 2)
      assert.deepEqual(seen, [...seen].sort())
    }),
  )
})
