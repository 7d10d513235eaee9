/**
 * Fenced code blocks of a Markdown text, as CommonMark 0.31 section 4.5 defines them, top level only: an opening line of at
 * least three backticks or tildes, indented by at most three spaces; closed by a line of the same character, at least
 * as long, with nothing after it. Lines end in `\n`. Pure.
 */

export type FencedBlock = {
  readonly infoString: string
  /** Between the fences, without the line end before the closing fence. */
  readonly content: string
  /** Where the opening line begins, in UTF-16 code units. */
  readonly startOffset: number
  /** Just after the closing line's last character, without its line end; the text's length if unclosed. */
  readonly endOffset: number
  /** The line that would close it. */
  readonly closingLine: string
  readonly isClosed: boolean
}

export function fencedBlocksOf(text: string): readonly FencedBlock[] {
  const blocks: FencedBlock[] = []
  let open: OpenFence | undefined
  let offset = 0
  for (const line of text.split('\n')) {
    if (open === undefined) open = openingOf(line, offset)
    else if (closes(open, line)) {
      blocks.push(blockOf(open, text, { contentEnd: offset - 1, endOffset: offset + line.length, isClosed: true }))
      open = undefined
    }
    offset += line.length + 1
  }
  if (open !== undefined) {
    blocks.push(blockOf(open, text, { contentEnd: text.length, endOffset: text.length, isClosed: false }))
  }
  return blocks
}

type OpenFence = {
  readonly fence: string
  readonly infoString: string
  readonly startOffset: number
  readonly contentOffset: number
}

function openingOf(line: string, offset: number): OpenFence | undefined {
  const match = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
  const fence = match?.[1]
  const infoString = match?.[2]?.trim() ?? ''
  if (fence === undefined) return undefined
  // An info string with a backtick makes it inline code: ```code``` on one line.
  if (fence.startsWith('`') && infoString.includes('`')) return undefined
  return { fence, infoString, startOffset: offset, contentOffset: offset + line.length + 1 }
}

function closes(open: OpenFence, line: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
  return fence !== undefined && fence[0] === open.fence[0] && fence.length >= open.fence.length
}

function blockOf(
  open: OpenFence,
  text: string,
  end: { readonly contentEnd: number; readonly endOffset: number; readonly isClosed: boolean },
): FencedBlock {
  return {
    infoString: open.infoString,
    // An empty block's content would end one line end before it begins.
    content: text.slice(open.contentOffset, Math.max(open.contentOffset, end.contentEnd)),
    startOffset: open.startOffset,
    endOffset: end.endOffset,
    closingLine: open.fence,
    isClosed: end.isClosed,
  }
}
