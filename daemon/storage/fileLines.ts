/**
 * The lines of a file, read in blocks: memory does not grow with the file. A last piece without its newline is no line.
 * `linesFrom` goes forwards from where a line begins. `stepsBack` goes backwards; each step gives the lines, newest
 * first, that one block made whole, and may be empty: whoever steps can stop, or let others run, after any of them. With
 * `contains` a block that does not hold those bytes gives only lines that reach beyond it. System errors are thrown.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

export type FileLine = { readonly bytes: Buffer; readonly offsetBytes: number }

const forwardBlockBytes = 256 * 1024
/** Small, so that a step is short. */
const backwardBlockBytes = 32 * 1024
const newline = 0x0a

export function* linesFrom(path: string, fromBytes: number, toBytes = Number.POSITIVE_INFINITY): Generator<FileLine> {
  const descriptor = openSync(path, 'r')
  try {
    let rest: Buffer = Buffer.alloc(0)
    let readTo = fromBytes
    for (;;) {
      const block = blockAt(descriptor, readTo, Math.min(forwardBlockBytes, toBytes - readTo))
      if (block.length === 0) return
      const content = Buffer.concat([rest, block])
      const contentAt = readTo - rest.length
      let start = 0
      for (let end = content.indexOf(newline); end !== -1; end = content.indexOf(newline, start)) {
        yield { bytes: content.subarray(start, end), offsetBytes: contentAt + start }
        start = end + 1
      }
      rest = content.subarray(start)
      readTo += block.length
    }
  } finally {
    closeSync(descriptor)
  }
}

export function* stepsBack(path: string, beforeBytes: number, contains?: Buffer): Generator<readonly FileLine[]> {
  const descriptor = openSync(path, 'r')
  try {
    yield* stepsBackIn(descriptor, Math.min(beforeBytes, fstatSync(descriptor).size), contains)
  } finally {
    closeSync(descriptor)
  }
}

/** All of them, of a file that is open. */
export function* linesBackwards(descriptor: number, sizeBytes: number, contains?: Buffer): Generator<FileLine> {
  for (const lines of stepsBackIn(descriptor, sizeBytes, contains)) yield* lines
}

function* stepsBackIn(descriptor: number, sizeBytes: number, contains?: Buffer): Generator<readonly FileLine[]> {
  // The bytes between the block and the line behind it; what follows the last newline belongs to no line.
  let rest: Buffer | undefined
  for (let blockEnd = sizeBytes; blockEnd > 0; ) {
    const blockAtBytes = Math.max(0, blockEnd - backwardBlockBytes)
    const block = blockAt(descriptor, blockAtBytes, blockEnd - blockAtBytes)
    const mayHold = contains === undefined || block.includes(contains)
    const found = linesOfBlock({ block, blockAtBytes, rest, mayHold })
    rest = found.rest
    blockEnd = blockAtBytes
    yield found.lines
  }
}

type BlockOfLines = {
  readonly block: Buffer
  readonly blockAtBytes: number
  /** Undefined before the first newline was seen. */
  readonly rest: Buffer | undefined
  readonly mayHold: boolean
}

function linesOfBlock({ block, blockAtBytes, rest, mayHold }: BlockOfLines) {
  const lines: FileLine[] = []
  const first = block.indexOf(newline)
  const last = block.lastIndexOf(newline)
  const tail = rest && Buffer.concat([block.subarray(last + 1), rest])
  if (last !== -1 && tail !== undefined) lines.push({ bytes: tail, offsetBytes: blockAtBytes + last + 1 })
  for (let end = last; mayHold && end > first; ) {
    const start = block.lastIndexOf(newline, end - 1) + 1
    lines.push({ bytes: block.subarray(start, end), offsetBytes: blockAtBytes + start })
    end = start - 1
  }
  const head = first === -1 ? tail : block.subarray(0, first)
  if (blockAtBytes === 0 && head !== undefined) lines.push({ bytes: head, offsetBytes: 0 })
  return { lines, rest: head }
}

/** Fewer bytes where the file ends before. */
export function blockAt(descriptor: number, startBytes: number, lengthBytes: number): Buffer {
  const block = Buffer.allocUnsafe(lengthBytes)
  let filled = 0
  while (filled < lengthBytes) {
    const count = readSync(descriptor, block, filled, lengthBytes - filled, startBytes + filled)
    if (count === 0) break
    filled += count
  }
  return block.subarray(0, filled)
}
