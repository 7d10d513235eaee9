/**
 * Bytes of one connection to message bodies, by the framing of the Language Server Protocol (3.17, Base Protocol).
 *
 * `push` hands over every body that is complete, in order, however the bytes were cut. It answers with a problem when
 * nothing after these bytes can be understood any more: a header over its limit, a declared length over its limit, or
 * something that is no header. The connection is then to be closed; nothing of the refused message was buffered.
 */
import { maxHeaderBytes, maxMessageBytes } from '../../shared/protocol/framing.ts'

export type FrameDecoder = {
  readonly push: (bytes: Buffer) => string | undefined
  /** No byte of an unfinished message is held. */
  readonly isBetweenMessages: () => boolean
}

type Body = { readonly lengthBytes: number; receivedBytes: number; buffer: Buffer }

/** A body handed over is only valid during the call: it may lie in the buffer of the socket's read. */
export function createFrameDecoder(onBody: (body: Buffer) => void): FrameDecoder {
  let header: Buffer = nothing
  let body: Body | undefined

  function takeHeader(bytes: Buffer): Buffer | string {
    const joined = header.length === 0 ? bytes : Buffer.concat([header, bytes])
    const end = joined.indexOf(headerEnd)
    const headerBytes = end < 0 ? joined.length : end + headerEnd.length
    if (headerBytes > maxHeaderBytes) {
      return `expected a header of at most ${maxHeaderBytes} bytes, found none ending within them`
    }
    if (end < 0) {
      // A copy, because a few bytes would else hold on to the whole buffer of the read.
      header = Buffer.from(joined)
      return openHeaderProblem(joined.toString('latin1')) ?? nothing
    }
    header = nothing
    const lengthBytes = contentLengthOf(joined.toString('latin1', 0, end))
    if (typeof lengthBytes === 'string') return lengthBytes
    if (lengthBytes > maxMessageBytes) {
      return `expected a message of at most ${maxMessageBytes} bytes, found one of ${lengthBytes}`
    }
    return openBody(lengthBytes, joined.subarray(headerBytes))
  }

  function openBody(lengthBytes: number, bytes: Buffer): Buffer {
    if (bytes.length >= lengthBytes) {
      onBody(bytes.subarray(0, lengthBytes))
      return bytes.subarray(lengthBytes)
    }
    body = { lengthBytes, receivedBytes: 0, buffer: nothing }
    return takeBody(body, bytes)
  }

  function takeBody(open: Body, bytes: Buffer): Buffer {
    const taken = bytes.subarray(0, open.lengthBytes - open.receivedBytes)
    open.buffer = withRoomFor(open, taken.length)
    taken.copy(open.buffer, open.receivedBytes)
    open.receivedBytes += taken.length
    if (open.receivedBytes === open.lengthBytes) {
      body = undefined
      onBody(open.buffer.subarray(0, open.lengthBytes))
    }
    return bytes.subarray(taken.length)
  }

  return {
    push: (bytes) => {
      let rest = bytes
      while (rest.length > 0) {
        const next = body === undefined ? takeHeader(rest) : takeBody(body, rest)
        if (typeof next === 'string') return next
        rest = next
      }
      return undefined
    },
    isBetweenMessages: () => header.length === 0 && body === undefined,
  }
}

const nothing: Buffer = Buffer.alloc(0)
const headerEnd = Buffer.from('\r\n\r\n')
const firstRoomBytes = 64 * 1024

/** Room grows with what came, not with what was declared, so that a declared length alone takes no memory. */
function withRoomFor(body: Body, bytes: number): Buffer {
  const neededBytes = body.receivedBytes + bytes
  if (body.buffer.length >= neededBytes) return body.buffer
  const roomBytes = Math.min(body.lengthBytes, Math.max(firstRoomBytes, neededBytes, 2 * body.buffer.length))
  const grown = Buffer.allocUnsafeSlow(roomBytes)
  body.buffer.copy(grown, 0, 0, body.receivedBytes)
  return grown
}

/** Names what cannot become a header, so that a client that speaks something else is told at once, not never. */
function openHeaderProblem(text: string): string | undefined {
  const lines = text.split('\r\n')
  const last = lines.pop() ?? ''
  const isHeader = lines.every((line) => fieldPattern.test(line)) && openFieldPattern.test(last)
  return isHeader ? undefined : noHeader
}

const noHeader = 'expected the header `Content-Length: N` ended by an empty line (CR LF), found something else'
const fieldPattern = /^[A-Za-z0-9-]+:[^\n]*$/
const openFieldPattern = /^(?:[A-Za-z0-9-]+(?::[^\n]*)?)?\r?$/

function contentLengthOf(header: string): number | string {
  let lengthBytes: number | undefined
  for (const line of header.split('\r\n')) {
    if (!fieldPattern.test(line)) return noHeader
    const colon = line.indexOf(':')
    if (line.slice(0, colon).toLowerCase() !== 'content-length') continue
    const value = line.slice(colon + 1).trim()
    if (lengthBytes !== undefined || !/^\d{1,15}$/.test(value)) return 'expected one Content-Length of digits only'
    lengthBytes = Number(value)
  }
  return lengthBytes ?? 'expected a Content-Length in the header, found none'
}
