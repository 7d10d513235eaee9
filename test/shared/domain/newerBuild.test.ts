import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Build } from '../../../shared/domain/build.ts'
import { buildWords, isStrictlyNewer, takesOver } from '../../../shared/domain/newerBuild.ts'

/** The examples of Semantic Versioning 2.0.0, clause 11, each with its next. */
const ascending = [
  '0.1.0',
  '0.2.0-alpha',
  '0.2.0',
  '0.10.0',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '2.0.0',
  '2.1.0',
  '2.1.1',
  '10.0.0',
]

describe('newer builds', () => {
  test('versions are ordered as Semantic Versioning says, whenever they were built', () => {
    ascending.forEach((version, at) => {
      ascending.forEach((other, otherAt) => {
        const isNewer = isStrictlyNewer({ version, builtAtMs: 1 }, { version: other, builtAtMs: 2 })
        assert.equal(isNewer, at > otherAt, `${version} after ${other}`)
      })
    })
  })

  test('of one version the later build is newer; metadata does not count', () => {
    const build = { version: '1.0.0+a', builtAtMs: 2 }
    assert.equal(isStrictlyNewer(build, { version: '1.0.0+b', builtAtMs: 1 }), true)
    assert.equal(isStrictlyNewer(build, { version: '1.0.0+b', builtAtMs: 2 }), false)
    assert.equal(isStrictlyNewer(build, { version: '1.0.0+b', builtAtMs: 3 }), false)
  })

  test('a version that cannot be read is newer than none, and none is newer than it', () => {
    for (const version of ['', '1', '1.0', 'v1.0.0', '1.0.0-', '1.0.0 beta', 'latest']) {
      const strange = { version, builtAtMs: 9 }
      const known = { version: '1.0.0', builtAtMs: 1 }
      assert.deepEqual([isStrictlyNewer(strange, known), isStrictlyNewer(known, strange)], [false, false], version)
    }
  })

  test('no two builds are each newer than the other, none is newer than itself, and the order is transitive', () => {
    const field = fc.oneof(fc.nat(12).map(String), fc.constantFrom('alpha', 'beta', 'rc', '1a'))
    const version = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.array(field, { maxLength: 3 }))
      .map(
        ([major, minor, patch, fields]) =>
          `${major}.${minor}.${patch}${fields.length > 0 ? `-${fields.join('.')}` : ''}`,
      )
    const build: fc.Arbitrary<Build> = fc.record({ version, builtAtMs: fc.nat(3) })
    fc.assert(
      fc.property(build, build, build, (first, second, third) => {
        assert.equal(isStrictlyNewer(first, first), false)
        assert.ok(!(isStrictlyNewer(first, second) && isStrictlyNewer(second, first)))
        if (isStrictlyNewer(first, second) && isStrictlyNewer(second, third)) assert.ok(isStrictlyNewer(first, third))
      }),
      { numRuns: 2_000 },
    )
  })

  const newest = { version: '1.0.0', builtAtMs: 5 }
  const rows: readonly (readonly [string, Parameters<typeof takesOver>[1], boolean])[] = [
    ['an older daemon', { version: '0.9.0', builtAtMs: 9 }, true],
    ['an older daemon that knows nothing of handing over', { version: '0.9.0' }, false],
    ['the same build', newest, false],
    ['a newer daemon', { version: '1.0.1', builtAtMs: 1 }, false],
    ['one that hands over to the same build', { version: '0.9.0', builtAtMs: 1, handOverTo: newest }, false],
    [
      'one that hands over to an older one',
      { version: '0.9.0', builtAtMs: 1, handOverTo: { version: '0.9.5', builtAtMs: 1 } },
      true,
    ],
  ]
  for (const [name, running, expected] of rows) {
    test(`${name} is ${expected ? '' : 'not '}taken over from`, () => {
      assert.equal(takesOver(newest, running), expected)
    })
  }

  test('words name the time of a build only where there is one', () => {
    assert.equal(
      buildWords({ version: '1.0.0', builtAtMs: Date.UTC(2026, 10, 28, 12, 5) }),
      '1.0.0, built 2026-11-28 12:05 UTC',
    )
    assert.equal(buildWords({ version: '1.0.0', builtAtMs: 0 }), '1.0.0')
    assert.equal(buildWords({ version: '1.0.0', builtAtMs: 1e300 }), '1.0.0')
  })
})
