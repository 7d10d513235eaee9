/** The symbol that stands in for a selection. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CodeSymbol, enclosingSymbolOf } from '../../../extension/prompting/enclosingSymbol.ts'

const variable = symbol(3, 5, { isWhole: false })
const method = symbol(2, 8, { isWhole: true, children: [variable] })
const group = symbol(0, 20, { isWhole: true, children: [method, symbol(10, 12, { isWhole: true })] })
const constant = symbol(22, 22, { isWhole: false })

const rows: readonly (readonly [string, number, CodeSymbol | undefined])[] = [
  ['a variable inside a method gives the method', 4, method],
  ['a method', 7, method],
  ['between two methods it is the class', 9, group],
  ['a constant outside of everything is better than nothing', 22, constant],
  ['nowhere', 30, undefined],
]
for (const [name, line, expected] of rows) {
  test(`the enclosing symbol: ${name}`, () => {
    assert.equal(enclosingSymbolOf([group, constant], { line, character: 1 }), expected?.range)
  })
}

test('flat lists of symbols give the innermost too', () => {
  const flat = [group, method].map((one) => ({ ...one, children: [] }))
  assert.equal(enclosingSymbolOf(flat, { line: 4, character: 0 }), method.range)
})

function symbol(
  from: number,
  to: number,
  given: { readonly isWhole: boolean; readonly children?: readonly CodeSymbol[] },
): CodeSymbol {
  const range = { start: { line: from, character: 0 }, end: { line: to, character: 9 } }
  return { children: [], ...given, range }
}
