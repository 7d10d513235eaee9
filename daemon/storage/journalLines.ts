/**
 * The journal's lines as bytes: one JSON object and a newline. `readLine` takes both schemas and answers undefined for
 * what is no entry, `forgotten` for a line that stands where one was taken out on purpose. A last piece of a file without
 * its newline is not a line and is left out.
 */
import { type ExpandedLine, expandedLine } from '../core/journal/compactEntry.ts'
import { blockAt, type FileLine } from './fileLines.ts'
import { chainPartsOf, isRewritten } from './journalChain.ts'

const newline = 0x0a
const blockBytes = 64 * 1024

export function readLine(bytes: Buffer): ExpandedLine | 'forgotten' | undefined {
  const parts = chainPartsOf(bytes)
  const value = parsedOrUndefined(parts === undefined ? bytes.toString('utf8') : `${parts.open.toString('utf8')}}`)
  return expandedLine(value) ?? (isRewritten(bytes) ? 'forgotten' : undefined)
}

/** The schema version that a day file's first line names; undefined if it names none. */
export function schemaOfFirstLine(bytes: Buffer): number | undefined {
  const parsed = parsedOrUndefined(bytes.toString('utf8'))
  if (typeof parsed !== 'object' || parsed === null || !('schema' in parsed)) return undefined
  return typeof parsed.schema === 'number' ? parsed.schema : undefined
}

export function* linesForwards(content: Buffer): Generator<FileLine> {
  let start = 0
  for (let end = content.indexOf(newline); end !== -1; end = content.indexOf(newline, start)) {
    yield { offsetBytes: start, bytes: content.subarray(start, end) }
    start = end + 1
  }
}

/** The first whole line; undefined if there is none. */
export function firstLine(descriptor: number, sizeBytes: number): Buffer | undefined {
  const pieces: Buffer[] = []
  for (let start = 0; start < sizeBytes; start += blockBytes) {
    const block = blockAt(descriptor, start, Math.min(blockBytes, sizeBytes - start))
    const end = block.indexOf(newline)
    if (end !== -1) return Buffer.concat([...pieces, block.subarray(0, end)])
    pieces.push(block)
  }
  return undefined
}

/** Where the last whole line ends; 0 if there is none. */
export function endOfLastLine(descriptor: number, sizeBytes: number): number {
  for (let blockEnd = sizeBytes; blockEnd > 0; ) {
    const blockStart = Math.max(0, blockEnd - blockBytes)
    const at = blockAt(descriptor, blockStart, blockEnd - blockStart).lastIndexOf(newline)
    if (at !== -1) return blockStart + at + 1
    blockEnd = blockStart
  }
  return 0
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
