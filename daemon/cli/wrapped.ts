/** Text in lines that fit a terminal. Pure. */

/**
 * Lines of at most the width; those after the first begin with `hanging`. A word that is longer stands alone. Where
 * more spaces than one stand between words, as behind a label, it is not broken.
 */
export function wrapped(text: string, hanging: string, widthColumns: number): string {
  const lead = text.slice(0, text.length - text.trimStart().length)
  const lines: string[] = []
  let line = lead
  let isEmpty = true
  for (const word of text.trimStart().split(/(?<=\S) (?=\S)/)) {
    if (!isEmpty && visibleLength(line) + 1 + visibleLength(word) > widthColumns) {
      lines.push(line)
      line = hanging
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line].map((one) => `${one.trimEnd()}\n`).join('')
}

function visibleLength(text: string): number {
  return text.replaceAll(colorCode, '').length
}

/** ECMA-48 SGR codes take no room. */
const colorCode = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
