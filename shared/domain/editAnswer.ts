/**
 * From a model's answer to the text that takes the target's place. Strips the fence that models put around code, keeps
 * what belongs to the document (its line ends, the target's blank end, its indentation) and touches nothing else: no tab
 * becomes a space, no character is normalised. Pure.
 */
import { type FencedBlock, fencedBlocksOf } from './fences.ts'

export type LineEnd = '\n' | '\r\n'

export type EditAnswer =
  | { readonly kind: 'replacement'; readonly text: string }
  /** Nothing but white space came: applying it would delete the code. */
  | { readonly kind: 'empty' }
  /** Several code blocks came and none is the whole answer: which one is meant cannot be told. */
  | { readonly kind: 'unclear' }

/** `originalText` is the target as it stands in the document, whose lines end in `lineEnd`. */
export function replacementOf(answer: string, originalText: string, lineEnd: LineEnd): EditAnswer {
  const original = withPlainLineEnds(originalText)
  const code = codeOf(withPlainLineEnds(answer), original)
  if (code === undefined) return { kind: 'unclear' }
  if (code.trim() === '') return { kind: 'empty' }
  const text = withIndentationOf(original, withBlankEndOf(original, code))
  return { kind: 'replacement', text: text.replaceAll('\n', lineEnd) }
}

/**
 * The same for an answer that is still coming: what can be shown of it now. An incomplete last line that may become a
 * fence is held back. Lines end in `\n`.
 */
export function replacementSoFarOf(answerSoFar: string, originalText: string): string {
  const text = withPlainLineEnds(answerSoFar).replace(/(^|\n) {0,3}(`+|~+)[^\n`]*$/, '')
  const first = fencedBlocksOf(text)[0]
  if (first === undefined) return text
  const isWrapped = text.slice(0, first.startOffset).trim() === ''
  return isWrapped || !hasFence(withPlainLineEnds(originalText)) ? first.content : text
}

/** Undefined: cannot be told. */
function codeOf(answer: string, original: string): string | undefined {
  const wrapped = wrappedContentOf(answer)
  if (wrapped !== undefined) return wrapped
  const blocks = fencedBlocksOf(answer)
  // The target is itself Markdown with code blocks, so blocks in the answer are part of the text.
  if (blocks.length === 0 || hasFence(original)) return withoutBlankStart(answer, original)
  return blocks.length === 1 ? blocks[0]?.content : undefined
}

/** What the answer wraps into one fence, if that fence is all of the answer. */
function wrappedContentOf(answer: string): string | undefined {
  const trimmed = answer.trim()
  const first = fencedBlocksOf(trimmed)[0]
  if (first === undefined || first.startOffset !== 0) return undefined
  if (first.endOffset === trimmed.length) return first.content
  return isMarkdown(first) ? markdownContentOf(trimmed, first) : undefined
}

/**
 * Models wrap Markdown into ```markdown although it holds ``` itself, so that its first inner fence seems to close the
 * outer one. Then the last line, if it could close the outer fence, is taken for its end.
 */
function markdownContentOf(trimmed: string, first: FencedBlock): string | undefined {
  const lines = trimmed.split('\n')
  return lines.at(-1)?.trim() === first.closingLine ? lines.slice(1, -1).join('\n') : undefined
}

function isMarkdown(block: FencedBlock): boolean {
  return /^(markdown|md)\b/i.test(block.infoString)
}

function hasFence(text: string): boolean {
  return fencedBlocksOf(text).length > 0
}

function withoutBlankStart(answer: string, original: string): string {
  const blankStart = /^(?:[ \t]*\n)+/
  return blankStart.test(original) ? answer : answer.replace(blankStart, '')
}

/** The blank end of a text begins with the line end after its last character that is not blank. */
const blankEnd = /\n[ \t\n]*$/

function withBlankEndOf(original: string, code: string): string {
  return code.replace(blankEnd, '') + (blankEnd.exec(original)?.[0] ?? '')
}

/**
 * Puts the first line's indentation back if the answer dropped it: on the first line alone when the other lines kept
 * theirs, else on every line, because then the model moved the whole block to the left.
 */
function withIndentationOf(original: string, code: string): string {
  const indentation = indentationOf(original)
  if (indentation === '' || indentationOf(code) !== '') return code
  const [first = '', ...others] = code.split('\n')
  if (first.trim() === '') return code
  const isKept = (line: string) => line.trim() === '' || line.startsWith(indentation)
  // Lines of the original that stood further left than its first line say nothing about what the answer dropped.
  const wasLeft = original.split('\n').some((line) => !isKept(line))
  const isMoved = !wasLeft && !others.every(isKept)
  const moved = others.map((line) => (isMoved && line.trim() !== '' ? indentation + line : line))
  return [indentation + first, ...moved].join('\n')
}

function indentationOf(text: string): string {
  return /^[ \t]*/.exec(text)?.[0] ?? ''
}

function withPlainLineEnds(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}
