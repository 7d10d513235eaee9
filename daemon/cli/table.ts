/**
 * Rows of text as aligned columns, one line a row, each ended by a line feed. Where the columns do not fit the width,
 * those marked `optional` are left out, the last first; then those marked `shrinks` are cut with an ellipsis, the
 * widest first, down to sixteen characters or their `least`. A text is cut in the middle, and more of its end is kept,
 * because names differ at their ends (`keeps: 'start'`: these at their beginnings), and a note in parentheses behind a name, such as `(practice)`, stays whole.
 */
export type Column = {
  readonly title: string
  readonly align?: 'left' | 'right'
  readonly shrinks?: true
  /** Where sixteen characters would say too little. */
  readonly least?: number
  readonly optional?: true
  readonly keeps?: 'start'
}

export type TableStyle = {
  readonly widthColumns: number
  readonly ofTitle: (text: string) => string
}

type Measured = { readonly column: Column; readonly index: number; readonly width: number; readonly least: number }

export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: TableStyle,
): string {
  const shown = fitted(
    columns.map((column, index) => measured(column, index, rows)),
    style.widthColumns,
  )
  const lineOf = (cells: readonly string[]): string =>
    shown
      .map(({ column, index, width }) => cell(cells[index] ?? '', width, column))
      .join(gap)
      .trimEnd()
  const title = style.ofTitle(lineOf(columns.map((column) => column.title)))
  return [title, ...rows.map(lineOf)].map((line) => `${line}\n`).join('')
}

const gap = '  '
const leastShrunk = 16

function measured(column: Column, index: number, rows: readonly (readonly string[])[]): Measured {
  const width = Math.max(widthOf(column.title), ...rows.map((row) => widthOf(row[index] ?? '')))
  return { column, index, width, least: column.shrinks === true ? Math.min(width, column.least ?? leastShrunk) : width }
}

function fitted(all: readonly Measured[], widthColumns: number): readonly Measured[] {
  const gaps = gap.length * (all.length - 1)
  const leastTotal = all.reduce((sum, { least }) => sum + least, gaps)
  const surplus = all.findLast(({ column }) => column.optional === true)
  if (leastTotal > widthColumns && surplus !== undefined) {
    return fitted(
      all.filter((one) => one !== surplus),
      widthColumns,
    )
  }
  const widths = all.map(({ width }) => width)
  for (let total = gaps + sumOf(widths); total > widthColumns; total -= 1) {
    const widest = Math.max(...all.map(({ least }, index) => (widths[index] === least ? 0 : (widths[index] ?? 0))))
    if (widest === 0) break
    widths[all.findLastIndex(({ least }, index) => widths[index] === widest && widest > least)] = widest - 1
  }
  return all.map((one, index) => ({ ...one, width: widths[index] ?? one.width }))
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}

function cell(text: string, width: number, { align = 'left', keeps }: Column): string {
  const shown = widthOf(text) > width ? cut(text, width, keeps) : text
  const padding = ' '.repeat(width - widthOf(shown))
  return align === 'left' ? shown + padding : padding + shown
}

function cut(text: string, width: number, keeps?: 'start'): string {
  const note = / \(\w+\)$/.exec(text)?.[0] ?? ''
  const kept = width - 1 - widthOf(note)
  // The note alone would say nothing.
  if (note !== '' && kept < 2) return cut(text.slice(0, -note.length), width, keeps)
  const name = [...text.slice(0, text.length - note.length)]
  // Names of one kind begin alike.
  const endLength = keeps === 'start' ? Math.floor(kept / 3) : Math.ceil((kept * 2) / 3)
  return `${name.slice(0, kept - endLength).join('')}…${name.slice(name.length - endLength).join('')}${note}`
}

function widthOf(text: string): number {
  return [...text].length
}
