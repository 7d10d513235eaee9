/**
 * The journal's lines as bytes: one JSON object and a newline. `readLine` takes both schemas and answers undefined for
 * what is no entry, `forgotten` for a line that stands where one was taken out on purpose. Lines of a file are walked
 * backwards; the last piece of a file without its newline
 * is not a line and is left out. Walking backwards reads only the blocks that are asked for; with `contains` it gives
 * at least the lines that hold those bytes, and passes over blocks without them.
 */
import { readSync } from 'node:fs'
import { type ExpandedLine, expandedLine } from '../core/journal/compactEntry.ts'
import { chainPartsOf, isRewritten } from './journalChain.ts'

export type Line = { readonly offsetBytes: number; readonly bytes: Buffer }

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

export function* linesForwards(content: Buffer): Generator<Line> {
  let start = 0
  for (let end = content.indexOf(newline); end !== -1; end = content.indexOf(newline, start)) {
    yield { offsetBytes: start, bytes: content.subarray(start, end) }
    start = end + 1
  }
}

export function* linesBackwards(descriptor: number, sizeBytes: number, contains?: Buffer): Generator<Line> {
  // The pieces after the last newline seen so far, in file order; the first walk drops what follows the last newline.
  let pieces: Buffer[] = []
  let isWhole = false
  for (let blockEnd = sizeBytes; blockEnd > 0; ) {
    const blockStart = Math.max(0, blockEnd - blockBytes)
    const block = readBlock(descriptor, blockStart, blockEnd - blockStart)
    const mayPassOver = contains !== undefined && !block.includes(contains)
    let end = block.length
    for (let at = lastNewlineBefore(block, end); at !== -1; at = lastNewlineBefore(block, at)) {
      const bytes = Buffer.concat([block.subarray(at + 1, end), ...pieces])
      if (isWhole) yield { offsetBytes: blockStart + at + 1, bytes }
      isWhole = true
      pieces = []
      end = at
      // The lines that lie wholly in this block cannot hold it; those that reach beyond it may.
      if (mayPassOver) at = end = block.indexOf(newline)
    }
    pieces.unshift(block.subarray(0, end))
    blockEnd = blockStart
  }
  if (isWhole) yield { offsetBytes: 0, bytes: Buffer.concat(pieces) }
}

/** The first whole line; undefined if there is none. */
export function firstLine(descriptor: number, sizeBytes: number): Buffer | undefined {
  const pieces: Buffer[] = []
  for (let start = 0; start < sizeBytes; start += blockBytes) {
    const block = readBlock(descriptor, start, Math.min(blockBytes, sizeBytes - start))
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
    const at = readBlock(descriptor, blockStart, blockEnd - blockStart).lastIndexOf(newline)
    if (at !== -1) return blockStart + at + 1
    blockEnd = blockStart
  }
  return 0
}

function lastNewlineBefore(block: Buffer, end: number): number {
  // lastIndexOf counts a negative position from the end.
  return end === 0 ? -1 : block.lastIndexOf(newline, end - 1)
}

function readBlock(descriptor: number, startBytes: number, lengthBytes: number): Buffer {
  const block = Buffer.allocUnsafe(lengthBytes)
  let filled = 0
  while (filled < lengthBytes) {
    const count = readSync(descriptor, block, filled, lengthBytes - filled, startBytes + filled)
    if (count === 0) break
    filled += count
  }
  return block.subarray(0, filled)
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
