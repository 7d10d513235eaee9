import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellAt, createRollUps, rollUpsSnapshot } from '../../../../daemon/core/metrics/rollUp.ts'
import { type StatsQuestion, selectionOf } from '../../../../daemon/core/metrics/statsSelection.ts'

const rollUps = createRollUps('')
const key = { profile: 'work', workspace: '/a', user: 'anna', prompt: 'fix', client: 'vscode', isPractice: false }
const one = { ...key, endpoint: 'a/x@one', provider: 'one', model: 'a/x' }
const two = { ...key, endpoint: 'a/x@two', provider: 'two', model: 'a/x', user: 'ben' }
const practice = { ...one, endpoint: 'p/y@three', provider: 'three', model: 'p/y', isPractice: true }
for (const each of [one, two, practice]) {
  cellAt(rollUps, each, 0).sums
  cellAt(rollUps, each, 0).histograms()
}
const day = rollUpsSnapshot(rollUps)

/** Groups of the keys, of the series of rows, and how many series go into the totals. */
function outlineOf(question: StatsQuestion) {
  const { keys, rowSeries, totalSeries } = selectionOf(day, question)
  const groupsOf = (all: typeof keys) =>
    all.flatMap((selected) => (selected === undefined ? [] : [selected.group])).sort()
  return [groupsOf(keys), groupsOf(rowSeries), groupsOf(totalSeries).length]
}

for (const { name, question, outline } of [
  { name: 'no grouping', question: { where: {} }, outline: [['', '', ''], [], 2] },
  {
    name: 'one grouping',
    question: { groupBy: 'user', where: {} },
    outline: [['anna', 'anna', 'ben'], ['anna', 'anna', 'ben'], 2],
  },
  {
    name: 'grouped by what is filtered',
    question: { groupBy: 'model', where: { model: ['a/x'] } },
    outline: [['a/x', 'a/x'], ['a/x'], 1],
  },
  {
    name: 'models of a provider, through its endpoints',
    question: { groupBy: 'model', where: { provider: ['two'] } },
    outline: [['a/x'], ['a/x'], 1],
  },
  {
    name: 'endpoints of a model',
    question: { groupBy: 'endpoint', where: { model: ['a/x'] } },
    outline: [['a/x@one', 'a/x@two'], ['a/x@one', 'a/x@two'], 1],
  },
  {
    name: 'a combination that no histogram tells apart',
    question: { groupBy: 'model', where: { user: ['anna'] } },
    outline: [['a/x', 'p/y'], [], 2],
  },
  { name: 'nothing that fits', question: { groupBy: 'model', where: { user: ['carl'] } }, outline: [[], [], 0] },
] as const) {
  test(`selects ${name}`, () => {
    assert.deepEqual(outlineOf(question), outline)
  })
}

test('practice stays practice', () => {
  const { keys } = selectionOf(day, { groupBy: 'model', where: {} })
  assert.deepEqual(
    keys.map((selected) => selected?.isPractice),
    [false, false, true],
  )
})
