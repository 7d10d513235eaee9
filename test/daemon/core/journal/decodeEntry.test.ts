import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeEntry } from '../../../../daemon/core/journal/decodeEntry.ts'
import { journalEntrySchema } from '../../../../daemon/core/journal/entry.ts'
import { journalledEntries } from '../../../support/journalledEntries.ts'

type Tree = { [name: string]: unknown }

test('what the gateway journals is read as the schema reads it, and fields of a later build are kept', async () => {
  for (const entry of await journalledEntries()) {
    assert.deepEqual(decodeEntry(structuredClone(entry)), journalEntrySchema.parse(entry))
  }
  const [reserve] = (await journalledEntries()).filter((entry) => entry.type === 'reserve')
  assert.deepEqual(decodeEntry({ ...reserve, later: ['x'] }), { ...reserve, later: ['x'] })
})

test('an entry with any field of the wrong kind that the schema refuses and a sum depends on is refused', async () => {
  const harmful: readonly string[] = [
    'atMs',
    'requestId',
    'attempt',
    'endpoint',
    'provider',
    'model',
    'isPractice',
    'bound',
    'cost',
    'outcome',
    'usage',
    'totalMs',
    'startedAtMs',
    'scope',
    'client',
    'user',
    'nanodollars',
    'waybill',
    'record',
    'caller',
    'attemptCount',
    'boundInputTokens',
    'measuredNanodollars',
    'inputTokens',
    'candidates',
  ]
  let refused = 0
  for (const entry of await journalledEntries()) {
    for (const path of pathsIn(entry as unknown as Tree)) {
      if (!harmful.includes(path.at(-1) ?? '')) continue
      for (const wrong of [null, [], 'x', -1, 0.5, Number.NaN]) {
        const broken = structuredClone(entry)
        setAt(broken as unknown as Tree, path, wrong)
        if (journalEntrySchema.safeParse(broken).success || isLoose(path, wrong)) continue
        refused += 1
        assert.equal(decodeEntry(broken), undefined, `${entry.type} ${path.join('.')} = ${String(wrong)}`)
      }
    }
  }
  assert.ok(refused > 500, String(refused))
})

test('what is no object or of no known type is no entry', () => {
  for (const value of [undefined, null, 1, 'x', [], {}, { type: 'unheard' }])
    assert.equal(decodeEntry(value), undefined)
})

/** Checked by their kind alone: names are not looked at letter by letter, times may be any number. */
function isLoose(path: readonly string[], wrong: unknown): boolean {
  const name = path.at(-1) ?? ''
  if (['endpoint', 'provider', 'model'].includes(name)) return typeof wrong === 'string'
  if (name.endsWith('AtMs') || name === 'atMs') return typeof wrong === 'number'
  return false
}

function pathsIn(tree: Tree): readonly (readonly string[])[] {
  return Object.entries(tree).flatMap(([name, below]) => {
    if (name === 'rates' || name === 'resilience' || name === 'health') return []
    const isTree = typeof below === 'object' && below !== null && !Array.isArray(below)
    return [[name], ...(isTree ? pathsIn(below as Tree).map((path) => [name, ...path]) : [])]
  })
}

function setAt(tree: Tree, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path
  if (rest.length === 0) tree[name] = value
  else setAt(tree[name] as Tree, rest, value)
}
