/**
 * The symbol that a prompt works on when nothing is selected: the innermost one around the cursor that stands for a whole (a
 * function, a class, a type), else the innermost of any kind. Lines and characters from 0. Pure.
 */

export type Position = { readonly line: number; readonly character: number }
export type SymbolRange = { readonly start: Position; readonly end: Position }
export type CodeSymbol = {
  readonly isWhole: boolean
  readonly range: SymbolRange
  readonly children: readonly CodeSymbol[]
}

export function enclosingSymbolOf(symbols: readonly CodeSymbol[], cursor: Position): SymbolRange | undefined {
  const around = symbolsAround(symbols, cursor).sort((a, b) => compareSize(a.range, b.range))
  return (around.find((symbol) => symbol.isWhole) ?? around[0])?.range
}

function symbolsAround(symbols: readonly CodeSymbol[], cursor: Position): CodeSymbol[] {
  return symbols.flatMap((symbol) => {
    const inner = symbolsAround(symbol.children, cursor)
    return contains(symbol.range, cursor) ? [symbol, ...inner] : inner
  })
}

function contains({ start, end }: SymbolRange, cursor: Position): boolean {
  return comparePositions(start, cursor) <= 0 && comparePositions(cursor, end) <= 0
}

/** Of two ranges around one cursor the inner one begins later, or begins at the same place and ends earlier. */
function compareSize(a: SymbolRange, b: SymbolRange): number {
  return comparePositions(b.start, a.start) || comparePositions(a.end, b.end)
}

function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character
}
