/**
 * An answer's Markdown made safe to draw: a picture or a piece of HTML in it would be fetched by the preview, and so tell a third
 * party what it likes. Images, tags and block formulas become plain text; fenced and inline code stay as they are. Where the rules
 * of Markdown leave open whether text is code (an indented fence that its list may have ended, a code span over lines, in a table
 * or after a formula) it counts as no code. Works on a text that is still coming. Lines end in `\n`. Pure.
 *
 * Source: CommonMark 0.31.2, sections 4.5 (fences), 6.1 (code spans), 6.3 (links), 6.4 (images), 6.6 (raw HTML).
 */

export function safeMarkdownOf(text: string): string {
  const safe: string[] = []
  let paragraph: string[] = []
  let block: Block = { kind: 'text' }
  const endParagraph = () => {
    safe.push(...safeParagraphOf(paragraph))
    paragraph = []
  }
  for (const line of text.split('\n')) {
    const next = nextBlock(block, line)
    if (next.kind === 'fence' || next.kind === 'closed') {
      endParagraph()
      safe.push(line)
    } else if (next.kind === 'doubtful') {
      endParagraph()
      safe.push(safeLineOf(line, 'plain').text)
    } else {
      if (isBlank(line)) endParagraph()
      paragraph.push(line)
    }
    block = next
  }
  endParagraph()
  return safe.join('\n')
}

type Block =
  | { readonly kind: 'text' }
  | OpenFence
  /** A fence may stand open in a list. */
  | { readonly kind: 'nested' }
  /** The line that closes a fence. */
  | { readonly kind: 'closed' }
  /** A fence may have ended with the list it stood in: from here on two readings differ in what is code. */
  | { readonly kind: 'doubtful' }

type OpenFence = { readonly kind: 'fence'; readonly fence: string; readonly indentation: number }

function nextBlock(block: Block, line: string): Block {
  switch (block.kind) {
    case 'doubtful':
      return block
    case 'fence':
      return nextOfFence(block, line)
    case 'nested': {
      // A line that is not indented ends every list, and with it what stands open in one.
      if (/^[^ \t]/.test(line)) return nextOfText(line)
      return openingOf(line) === undefined ? block : { kind: 'doubtful' }
    }
    case 'text':
    case 'closed':
      return nextOfText(line)
  }
}

function nextOfText(line: string): Block {
  const opening = openingOf(line)
  if (opening === undefined) return nestedOpening.test(line) ? { kind: 'nested' } : { kind: 'text' }
  // It could be the head of a table.
  return line.includes('|') ? { kind: 'doubtful' } : opening
}

function openingOf(line: string): OpenFence | undefined {
  // An info string with a backtick makes it inline code.
  const [, spaces = '', fence = ''] = /^( {0,3})(`{3,}(?!.*`)|~{3,})/.exec(line) ?? []
  return fence === '' ? undefined : { kind: 'fence', fence, indentation: spaces.length }
}

/** Behind the mark of a list, or as far to the right as its content may be. */
const nestedOpening = /^(?:(?:[ \t]*(?:[-*+]|\d+[.)]))+[ \t]+| {4}[ \t]*| {0,3}\t[ \t]*)(?:`{3}|~{3})/

function nextOfFence(block: OpenFence, line: string): Block {
  const indentation = indentationOf(line)
  if (!isBlank(line) && indentation < block.indentation) return { kind: 'doubtful' }
  const closing = /^[ \t]*(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
  const closes = closing !== undefined && closing[0] === block.fence[0] && closing.length >= block.fence.length
  if (!closes || (indentation > 3 && block.indentation === 0)) return block
  // In a list it is counted from the list's own indentation.
  return indentation > 3 ? { kind: 'doubtful' } : { kind: 'closed' }
}

function indentationOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].replaceAll('\t', '    ').length ?? 0
}

/** As Markdown counts it: other white space is text. */
function isBlank(line: string): boolean {
  return /^[ \t]*$/.test(line)
}

/** Lines without a blank one or a fence between them. Code spans are left as they are only if each ends in its own line. */
function safeParagraphOf(lines: readonly string[]): readonly string[] {
  const withSpans = lines.map((line) => safeLineOf(line, 'with-code-spans'))
  // One backtick without a partner can change which of the others belong together.
  const isCertain = withSpans.every((line) => line.isCertain)
  return (isCertain ? withSpans : lines.map((line) => safeLineOf(line, 'plain'))).map(({ text }) => text)
}

type Reading = 'with-code-spans' | 'plain'

function safeLineOf(line: string, reading: Reading): { readonly text: string; readonly isCertain: boolean } {
  let text = ''
  let isCertain = true
  let rest = line.replace(/^([ \t>*+\d.)-]*)\\begin\{/, '$1\\\\begin{')
  while (rest !== '') {
    const piece = nextPiece(rest, reading)
    text += piece.text
    isCertain &&= piece.isCertain
    rest = rest.slice(piece.length)
  }
  return { text, isCertain }
}

/** `isCertain`: it leaves no doubt about where the code spans of the paragraph are. */
type Piece = { readonly length: number; readonly text: string; readonly isCertain: boolean }

function nextPiece(rest: string, reading: Reading): Piece {
  const run = /^`+/.exec(rest)?.[0]
  if (run !== undefined) {
    const span = reading === 'plain' ? undefined : codeSpanOf(rest, run)
    return span === undefined ? plain(run, false) : plain(span, true)
  }
  // A backslash takes the meaning of what follows, so that the escape of an escape must not free it.
  const escaped = /^\\[!-/:-@[-`{-~]/.exec(rest)?.[0]
  if (escaped !== undefined) return plain(escaped, true)
  if (rest.startsWith('![')) return { length: 2, text: '\\![', isCertain: true }
  if (/^<[A-Za-z/!?]/.test(rest)) return { length: 1, text: '&lt;', isCertain: true }
  // The preview draws formulas; one that spans blocks could hide the beginning of a fence.
  if (rest.startsWith('$$')) return { length: 2, text: '\\$\\$', isCertain: true }
  // Formulas and the targets of links may swallow a backtick.
  if (rest.startsWith('$')) return plain('$', false)
  if (rest.startsWith('](')) return plain('](', /^\]\([^\s()<>"'`\\]*\)/.test(rest))
  return plain(/^[^`\\!<$\]]+/.exec(rest)?.[0] ?? rest.slice(0, 1), true)
}

/** Undefined: it does not end in this line, or a table may cut it. */
function codeSpanOf(rest: string, run: string): string | undefined {
  const end = [...rest.slice(run.length).matchAll(/`+/g)].find(([closing]) => closing.length === run.length)?.index
  if (end === undefined) return undefined
  const span = rest.slice(0, run.length + end + run.length)
  return span.includes('|') ? undefined : span
}

function plain(text: string, isCertain: boolean): Piece {
  return { length: text.length, text, isCertain }
}
