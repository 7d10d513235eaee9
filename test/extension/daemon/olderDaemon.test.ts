import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOlderDaemon } from '../../../extension/daemon/olderDaemon.ts'

const own = { version: '0.2.0', builtAtMs: 5_000 }
const older = { schema: 1, pid: 1, version: '0.2.0', builtAtMs: 4_000 }

const rows: readonly (readonly [string, unknown, boolean])[] = [
  ['an older build', older, true],
  ['an older build that hands over to this one', { ...older, handOverTo: own }, false],
  ['an older build that hands over to one in between', { ...older, handOverTo: { ...own, builtAtMs: 4_500 } }, true],
  ['the same build', { ...older, ...own }, false],
  ['a newer build', { ...older, version: '0.2.1' }, false],
  ['one that cannot hand over', { version: '0.1.0' }, false],
  ['no file', undefined, false],
  ['a damaged file', { version: 3, builtAtMs: 'x', handOverTo: 7 }, false],
  ['null', null, false],
]
for (const [name, discovery, expected] of rows) {
  test(`${name} is ${expected ? '' : 'not '}taken over from`, () => {
    assert.equal(isOlderDaemon(own, discovery), expected)
  })
}
