/**
 * The transaction against a naive model: the document as a list of characters that each know who they are. Random
 * concurrent edits; what the transaction applies must be what replacing the surviving target characters gives, code unit for
 * code unit.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type DocumentChange,
  type EditTransaction,
  finishEdit,
  onDocumentChanges,
  openEdit,
  previewOf,
} from '../../../shared/domain/editTransaction.ts'

const rows: readonly {
  readonly name: string
  readonly text: string
  readonly target: readonly [number, number]
  readonly events: readonly (readonly DocumentChange[])[]
  /** The document after the answer `X`; undefined: refused. */
  readonly after: string | undefined
}[] = [
  { name: 'no change meanwhile', text: 'abcdef', target: [2, 4], events: [], after: 'abXef' },
  { name: 'typing before shifts', text: 'abcdef', target: [2, 4], events: [[insert(0, '12')]], after: '12abXef' },
  { name: 'typing after changes nothing', text: 'abcdef', target: [2, 4], events: [[insert(5, '1')]], after: 'abXe1f' },
  {
    name: 'typing at the start touches from outside',
    text: 'abcd',
    target: [1, 3],
    events: [[insert(1, '1')]],
    after: 'a1Xd',
  },
  {
    name: 'typing at the end touches from outside',
    text: 'abcd',
    target: [1, 3],
    events: [[insert(3, '1')]],
    after: 'aX1d',
  },
  { name: 'deleting up to the start', text: 'abcd', target: [2, 3], events: [[replace(0, 2, '')]], after: 'Xd' },
  { name: 'deleting from the end', text: 'abcd', target: [1, 3], events: [[replace(3, 1, '')]], after: 'aX' },
  { name: 'typing inside refuses', text: 'abcd', target: [1, 3], events: [[insert(2, '1')]], after: undefined },
  {
    name: 'deleting over the start refuses',
    text: 'abcd',
    target: [1, 3],
    events: [[replace(0, 2, '')]],
    after: undefined,
  },
  {
    name: 'deleting over the end refuses',
    text: 'abcd',
    target: [1, 3],
    events: [[replace(2, 2, '')]],
    after: undefined,
  },
  {
    name: 'replacing exactly the target refuses',
    text: 'abcd',
    target: [1, 3],
    events: [[replace(1, 2, 'bc')]],
    after: undefined,
  },
  { name: 'replacing all refuses', text: 'abcd', target: [1, 3], events: [[replace(0, 4, 'abcd')]], after: undefined },
  {
    name: 'a change inside refuses even when it is taken back',
    text: 'abcd',
    target: [1, 3],
    events: [[insert(2, '1')], [replace(2, 1, '')]],
    after: undefined,
  },
  {
    name: 'one event with two changes counts both from before the event, last first as VS Code sends them',
    text: 'abcdef',
    target: [3, 5],
    events: [[insert(2, '12'), replace(0, 1, '')]],
    after: 'b12cXf',
  },
  {
    name: 'the same event with the first change first',
    text: 'abcdef',
    target: [3, 5],
    events: [[replace(0, 1, ''), insert(2, '12')]],
    after: 'b12cXf',
  },
  {
    name: 'half of a character outside the basic plane before the target',
    text: '😀ab',
    target: [2, 3],
    events: [[insert(0, '😀')]],
    after: '😀😀Xb',
  },
  {
    name: 'line ends of two units',
    text: 'a\r\nb\r\nc',
    target: [3, 4],
    events: [[insert(0, '1\r\n')]],
    after: '1\r\na\r\nX\r\nc',
  },
]

for (const row of rows) {
  test(`an edit with ${row.name}`, () => {
    const { transaction, text } = play(row.text, row.target, row.events)
    const decision = finishEdit(transaction, text, 'X')
    if (row.after === undefined) assert.deepEqual(decision, { kind: 'refused', reason: 'changed-inside' })
    else assert.equal(decision.kind === 'apply' ? applied(text, decision) : decision.kind, row.after)
  })
}

test('an answer that is what stands there changes nothing', () => {
  assert.deepEqual(finishEdit(openEdit('abcd', 1, 3), 'abcd', 'bc'), { kind: 'unchanged' })
})

test('a document that changed unseen is refused', () => {
  const decision = finishEdit(openEdit('abcd', 1, 3), 'a--d', 'X')
  assert.deepEqual(decision, { kind: 'refused', reason: 'text-differs' })
})

test('any concurrent edits: applied byte for byte as the naive model says, refused exactly when the inside changed', () => {
  let refusals = 0
  fc.assert(
    fc.property(documentArbitrary, (scenario) => {
      const { text, startOffset, endOffset, replacement } = scenario
      let naive = naiveOf(text, startOffset, endOffset)
      let transaction: EditTransaction = openEdit(text, startOffset, endOffset)
      for (const draw of scenario.events) {
        const changes = changesOf(draw, naive.characters.length)
        transaction = onDocumentChanges(transaction, changes)
        naive = onNaiveChanges(naive, changes)
      }
      const textNow = textOf(naive)
      const decision = finishEdit(transaction, textNow, replacement)
      assert.equal(decision.kind === 'refused', naive.isTouched)
      if (decision.kind === 'refused') refusals += 1
      if (decision.kind === 'apply') assert.equal(applied(textNow, decision), naiveResult(naive, replacement))
      if (decision.kind === 'unchanged') assert.equal(textNow, naiveResult(naive, replacement))
      if (transaction.kind === 'open') {
        assert.equal(previewOf(transaction.target, textNow, replacement), naiveResult(naive, replacement))
      }
    }),
    { numRuns: 2000, verbose: 1 },
  )
  // Both branches must have been visited, or the property says nothing.
  assert.ok(refusals > 100 && refusals < 1900, `${refusals} refusals in 2000 runs`)
})

function insert(offset: number, text: string): DocumentChange {
  return { offset, replacedLength: 0, text }
}

function replace(offset: number, replacedLength: number, text: string): DocumentChange {
  return { offset, replacedLength, text }
}

function applied(
  text: string,
  edit: { readonly startOffset: number; readonly endOffset: number; readonly text: string },
) {
  return text.slice(0, edit.startOffset) + edit.text + text.slice(edit.endOffset)
}

function play(start: string, target: readonly [number, number], events: readonly (readonly DocumentChange[])[]) {
  let text = start
  let transaction = openEdit(text, target[0], target[1])
  for (const changes of events) {
    transaction = onDocumentChanges(transaction, changes)
    const lastFirst = [...changes].sort((a, b) => b.offset - a.offset)
    for (const change of lastFirst) {
      text = text.slice(0, change.offset) + change.text + text.slice(change.offset + change.replacedLength)
    }
  }
  return { transaction, text }
}

type NaiveCharacter = { readonly unit: string; readonly isTarget: boolean }
type Naive = { readonly characters: readonly NaiveCharacter[]; readonly isTouched: boolean }

function naiveOf(text: string, startOffset: number, endOffset: number): Naive {
  const characters = text
    .split('')
    .map((unit, index) => ({ unit, isTarget: index >= startOffset && index < endOffset }))
  return { characters, isTouched: false }
}

function onNaiveChanges(naive: Naive, changes: readonly DocumentChange[]): Naive {
  let { characters, isTouched } = naive
  for (const change of [...changes].sort((a, b) => b.offset - a.offset)) {
    const removed = characters.slice(change.offset, change.offset + change.replacedLength)
    const left = characters.slice(0, change.offset)
    const right = characters.slice(change.offset + change.replacedLength)
    const isBetween = left.some((character) => character.isTarget) && right.some((character) => character.isTarget)
    isTouched = isTouched || removed.some((character) => character.isTarget) || isBetween
    characters = [...left, ...change.text.split('').map((unit) => ({ unit, isTarget: false })), ...right]
  }
  return { characters, isTouched }
}

function textOf(naive: Naive): string {
  return naive.characters.map((character) => character.unit).join('')
}

function naiveResult(naive: Naive, replacement: string): string {
  const first = naive.characters.findIndex((character) => character.isTarget)
  const units = naive.characters.map((character, index) => {
    if (!character.isTarget) return character.unit
    return index === first ? replacement : ''
  })
  return units.join('')
}

const piece = fc.constantFrom('a', 'b', '\r\n', '\n', '\t', '😀', 'é', '  ')
const someText = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
/** Cuts as fractions of the length at that moment, so that shrinking keeps them valid. */
const cut = fc.nat({ max: 1000 })
const changeDraw = fc.record({ from: cut, to: cut, text: someText })
const eventDraw = fc.array(changeDraw, { minLength: 1, maxLength: 3 })
const documentArbitrary = fc
  .record({
    text: fc.array(piece, { minLength: 3, maxLength: 40 }).map((pieces) => pieces.join('')),
    from: cut,
    to: cut,
    replacement: someText,
    events: fc.array(eventDraw, { maxLength: 4 }),
  })
  .map(({ text, from, to, replacement, events }) => {
    const startOffset = Math.min(at(from, text.length - 1), at(to, text.length - 1))
    const endOffset = Math.max(at(from, text.length - 1), at(to, text.length - 1)) + 1
    return { text, startOffset, endOffset, replacement, events }
  })

function at(fraction: number, length: number): number {
  return Math.floor((fraction * length) / 1000)
}

/** The changes of one event: cut apart so that they do not overlap; an overlapping one is left out. */
function changesOf(
  draws: readonly { readonly from: number; readonly to: number; readonly text: string }[],
  length: number,
) {
  const changes: DocumentChange[] = []
  for (const draw of draws) {
    const offset = at(Math.min(draw.from, draw.to), length)
    // Small edits are the likely ones; a large one refuses nearly always.
    const replacedLength = Math.min(at(Math.max(draw.from, draw.to), length) - offset, 2)
    const isApart = changes.every(
      (other) => offset + replacedLength < other.offset || offset > other.offset + other.replacedLength,
    )
    if (isApart) changes.push({ offset, replacedLength, text: draw.text })
  }
  return changes
}
