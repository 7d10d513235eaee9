/**
 * Reader and writer of framed messages on one socket, for vscode-jsonrpc's message connection.
 *
 * The reader never throws: what cannot be framed goes to `onBroken` (close the connection), what cannot be understood
 * inside a good frame goes to `onUnreadable` (answer it and go on). It stops reading while `mayRead` says no; `resume`
 * looks again. The writer makes one socket write a message, never throws or rejects, and drops what comes after the
 * socket closed.
 */
import type { Socket } from 'node:net'
import { type DataCallback, Emitter, type Message, type MessageReader, type MessageWriter } from 'vscode-jsonrpc/node'
import { createFrameDecoder } from './frameDecoder.ts'
import { decodeMessage, type MessageProblem } from './messageShape.ts'

export type FrameReaderOptions = {
  readonly onRead: (message: Message) => void
  readonly onBroken: (problem: string) => void
  readonly onUnreadable: (problem: MessageProblem) => void
  readonly mayRead: () => boolean
}

export type FrameReader = MessageReader & {
  readonly resume: () => void
  /** The socket ended or closed in the middle of a message. */
  readonly isCutShort: () => boolean
}

export type FrameWriterOptions = {
  readonly unreadLimitBytes: number
  readonly onUnread: () => void
}

export type FrameWriter = MessageWriter & {
  /** As `write`, without a promise: for the hot path. */
  readonly send: (message: Message) => void
  /**
   * Undefined while there is room. Else a promise that settles when all written bytes left, or when the socket closed:
   * nothing more should be sent before, so that a client that never reads takes no more memory.
   */
  readonly untilRoom: () => Promise<void> | undefined
  /** Not yet taken by the operating system; characters where text is not ASCII, which is near enough for limits. */
  readonly pendingBytes: () => number
}

export function createFrameReader(socket: Socket, options: FrameReaderOptions): FrameReader {
  const errors = new Emitter<Error>()
  const closes = new Emitter<void>()
  const partials = new Emitter<never>()
  let deliver: DataCallback | undefined
  const decoder = createFrameDecoder((body) => {
    // A message before this one, in the same read, may have ended the connection.
    if (deliver === undefined) return
    const { message, problem } = decodeMessage(body)
    if (problem === undefined) {
      options.onRead(message)
      deliver(message)
    } else options.onUnreadable(problem)
  })

  function onData(bytes: Buffer): void {
    if (deliver === undefined) return
    const problem = decoder.push(bytes)
    if (problem !== undefined) {
      deliver = undefined
      options.onBroken(problem)
    } else if (!options.mayRead()) socket.pause()
  }
  function onClose(): void {
    closes.fire()
  }
  function dispose(): void {
    deliver = undefined
    socket.off('data', onData)
    socket.off('close', onClose)
    for (const emitter of [errors, closes, partials]) emitter.dispose()
  }

  return {
    onError: errors.event,
    onClose: closes.event,
    onPartialMessage: partials.event,
    listen: (callback) => {
      deliver = callback
      socket.on('data', onData)
      socket.on('close', onClose)
      return { dispose }
    },
    dispose,
    resume: () => {
      if (socket.isPaused() && options.mayRead()) socket.resume()
    },
    isCutShort: () => !decoder.isBetweenMessages(),
  }
}

/** Above this much unread output the part sinks wait: a few thousand parts, or one large repeat of an answer. */
const roomBytes = 1024 * 1024

/** Above `unreadLimitBytes` of unread output the client is taken for dead and `onUnread` is called. */
export function createFrameWriter(socket: Socket, options: FrameWriterOptions): FrameWriter {
  const errors = new Emitter<[Error, Message | undefined, number | undefined]>()
  const closes = new Emitter<void>()
  let room: { readonly promise: Promise<void>; readonly settle: () => void } | undefined

  function settleRoom(): void {
    room?.settle()
    room = undefined
  }
  function onClose(): void {
    settleRoom()
    closes.fire()
  }
  socket.on('drain', settleRoom)
  socket.on('close', onClose)

  function send(message: Message): void {
    if (!socket.writable) return
    const body = JSON.stringify(message)
    socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    if (socket.writableLength > options.unreadLimitBytes) options.onUnread()
  }

  return {
    onError: errors.event,
    onClose: closes.event,
    send,
    write: (message) => {
      send(message)
      return written
    },
    untilRoom: () => {
      if (socket.writableLength <= roomBytes || socket.destroyed) return undefined
      room ??= openRoom()
      return room.promise
    },
    pendingBytes: () => socket.writableLength,
    end: () => {
      socket.end()
    },
    dispose: () => {
      settleRoom()
      socket.off('drain', settleRoom)
      socket.off('close', onClose)
      errors.dispose()
      closes.dispose()
    },
  }
}

const written = Promise.resolve()

function openRoom(): { readonly promise: Promise<void>; readonly settle: () => void } {
  let settle = (): void => undefined
  const promise = new Promise<void>((resolve) => {
    settle = resolve
  })
  return { promise, settle }
}
