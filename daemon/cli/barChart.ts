/**
 * Bars of text, one line each: a label, a bar of two parts, a mark, and the value in words. On a terminal the first part is solid
 * and the second shaded, to an eighth of a column; elsewhere they are `#` and `~`. A value above 0 is never without a trace.
 */
export type Bar = {
  readonly label: string
  /** From 0 to 1 of the whole width; the second part follows the first. */
  readonly solidRatio: number
  readonly shadedRatio: number
  /** Behind the bar, such as `?` for what is not known. */
  readonly mark: string
  readonly value: string
}

export type BarStyle = { readonly widthColumns: number; readonly hasBlocks: boolean }

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const gap = '  '
const leastColumns = 8

export function renderBars(bars: readonly Bar[], style: BarStyle): string {
  const labelColumns = columnsOf(bars.map(({ label }) => label))
  const valueColumns = columnsOf(bars.map(({ value }) => value))
  const markColumns = columnsOf(bars.map(({ mark }) => mark))
  const others = labelColumns + valueColumns + markColumns + 2 * gap.length
  const columns = Math.max(leastColumns, style.widthColumns - others)
  return bars
    .map((bar) => {
      const drawn = `${drawBar(bar, columns, style)}${bar.mark}`
      const filled = drawn + ' '.repeat(Math.max(0, columns + markColumns - [...drawn].length))
      return `${bar.label.padEnd(labelColumns)}${gap}${filled}${gap}${bar.value.padStart(valueColumns)}\n`
    })
    .join('')
}

function drawBar({ solidRatio, shadedRatio }: Bar, columns: number, { hasBlocks }: BarStyle): string {
  const total = solidRatio + shadedRatio
  if (total <= 0) return ''
  if (hasBlocks && shadedRatio === 0) return drawEighths(Math.max(1, Math.round(total * columns * 8)))
  const all = Math.max(1, Math.round(total * columns))
  const solid = Math.round((all * solidRatio) / total)
  const [solidSign, shadedSign] = hasBlocks ? ['█', '▒'] : ['#', '~']
  return solidSign.repeat(solid) + shadedSign.repeat(all - solid)
}

function drawEighths(count: number): string {
  return '█'.repeat(Math.floor(count / 8)) + (eighths[count % 8] ?? '')
}

function columnsOf(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => [...text].length))
}
