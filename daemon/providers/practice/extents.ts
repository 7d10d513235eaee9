/**
 * How many lines a declaration takes, from the line it begins on, in code whose strings and comments are blanked. With
 * braces it ends where all its brackets are closed and the next line does not go on with it; else where the indentation
 * falls back, with a closing word such as `end`. Pure; linear in the number of lines, however they nest.
 */

/** Answers the number of lines of the declaration that begins on this line, from 0. */
export type LineCountFrom = (start: number) => number

export function createExtents(masked: readonly string[], blocks: 'braces' | 'indentation' | 'unknown'): LineCountFrom {
  switch (blocks) {
    case 'braces':
      return bracedExtents(masked)
    case 'indentation':
      return indentedExtents(masked)
    case 'unknown':
      return () => 1
  }
}

export function indentationOf(line: string): number {
  return line.length - line.trimStart().length
}

/** A declaration that goes on over more pieces than this is none. */
const maxPieces = 200

function bracedExtents(masked: readonly string[]): LineCountFrom {
  // Item 0 is the depth before the first line, item n the depth after line n - 1.
  const depths = [0]
  for (const line of masked) {
    let depth = depths.at(-1) ?? 0
    for (const bracket of line.match(/[()[\]{}]/g) ?? []) depth += '([{'.includes(bracket) ? 1 : -1
    depths.push(depth)
  }
  const next = nextNotAbove(depths)
  return (start) => {
    const depth = depths[start] ?? 0
    let end = start
    for (let piece = 0; piece < maxPieces; piece += 1) {
      end = (next[end] ?? depths.length) - 1
      if (end >= masked.length) return masked.length - start
      // The bracket around the declaration is closed on this line: it ended on the line before.
      if ((depths[end + 1] ?? 0) < depth) return Math.max(1, end - start)
      if (!goesOn(masked, end)) return end - start + 1
      end += 1
    }
    return Math.min(end, masked.length) - start
  }
}

/** A line that ends in an operator goes on, and so does one before a line that begins with an operator or brace. */
function goesOn(masked: readonly string[], at: number): boolean {
  const text = (masked[at] ?? '').trimEnd()
  const following = nextTextOf(masked, at)
  if (/[;}]$/.test(text)) return /^\s*[|&]/.test(following)
  return /[=|&,+?:(<]$|=>$/.test(text) || /^\s*(?:[|&.?:{+]|(?:extends|implements|where)\b)/.test(following)
}

function nextTextOf(masked: readonly string[], at: number): string {
  const near = masked.slice(at + 1, at + 50)
  return near.find((line) => line.trim() !== '') ?? ''
}

function indentedExtents(masked: readonly string[]): LineCountFrom {
  const indentations = masked.map((line) => (line.trim() === '' ? Number.POSITIVE_INFINITY : indentationOf(line)))
  const next = nextNotAbove(indentations)
  const lastTexts: number[] = []
  masked.forEach((line, at) => {
    lastTexts.push(line.trim() === '' ? (lastTexts.at(-1) ?? 0) : at)
  })
  return (start) => {
    let end = start
    for (let piece = 0; piece < maxPieces; piece += 1) {
      const following = next[end] ?? masked.length
      const line = masked[following] ?? ''
      const isClosing = indentations[following] === indentations[start] && /^\s*(?:end\b|[)\]}])/.test(line)
      if (!isClosing) return Math.max(1, (lastTexts[following - 1] ?? start) - start + 1)
      if (/^\s*end\b/.test(line)) return following - start + 1
      end = following
    }
    return end - start + 1
  }
}

/** For each item the place of the next one that is not above it; the length of the list where there is none. */
function nextNotAbove(values: readonly number[]): readonly number[] {
  const next: number[] = Array(values.length).fill(values.length)
  const open: number[] = []
  values.forEach((value, at) => {
    while (open.length > 0 && (values[open.at(-1) ?? 0] ?? 0) >= value) next[open.pop() ?? 0] = at
    open.push(at)
  })
  return next
}
