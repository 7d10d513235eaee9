/**
 * The parts of one request: numbered 1, 2, 3..., kept until the request is forgotten, and handed to whoever is attached.
 *
 * One reader at a time: attaching takes over. Parts appended together are handed over together, in the same turn, and
 * nothing waits to see whether more comes. While the reader is busy, parts gather; beyond `maxUnreadBytes` of them
 * `room()` answers a promise and the upstream is not read further. In what is handed over at once, the text of an attempt
 * that is rewound in it is left out.
 */
import type { StreamPart, UnnumberedPart } from '../../shared/domain/streamPart.ts'
import type { PartSink } from './session.ts'

export type ReaderEnd = 'ended' | 'taken-over' | 'detached'

export type PartStream = {
  readonly append: (parts: readonly UnnumberedPart[]) => void
  /** Undefined: go on. A promise: too much is unread; go on when it settles. */
  readonly room: () => Promise<void> | undefined
  /** All parts after number `after`, then live ones; settles when this reader gets no more. */
  readonly attach: (after: number, sink: PartSink) => { readonly end: Promise<ReaderEnd>; readonly detach: () => void }
  /** No more parts will come. */
  readonly close: () => void
  /** The upstream may be read again whatever is unread: the request is being given up. */
  readonly releaseRoom: () => void
  readonly hasReader: () => boolean
  /** All of them, so far. */
  readonly parts: () => readonly StreamPart[]
  /** Roughly what all its parts take in memory. */
  readonly keptBytes: () => number
}

type Reader = {
  readonly sink: PartSink
  /** How many parts it was handed. */
  position: number
  isBusy: boolean
  readonly end: (how: ReaderEnd) => void
}

export function createPartStream(maxUnreadBytes: number): PartStream {
  const parts: StreamPart[] = []
  let reader: Reader | undefined
  let isClosed = false
  let readPosition = 0
  let unreadBytes = 0
  let keptBytes = 0
  let waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  function pump(): void {
    const current = reader
    if (current === undefined || current.isBusy) return
    if (current.position < parts.length) {
      const fresh = withoutDeadText(current.position === 0 ? parts.slice() : parts.slice(current.position))
      current.position = parts.length
      markRead()
      const busy = current.sink(fresh)
      if (busy !== undefined) {
        current.isBusy = true
        const goOn = () => {
          current.isBusy = false
          if (reader === current) pump()
        }
        busy.then(goOn, goOn)
        return
      }
    }
    if (isClosed) endReader('ended')
  }

  function markRead(): void {
    readPosition = parts.length
    unreadBytes = 0
    releaseRoom()
  }

  function releaseRoom(): void {
    waiting?.resolve()
    waiting = undefined
  }

  function endReader(how: ReaderEnd): void {
    const current = reader
    reader = undefined
    current?.end(how)
  }

  return {
    append: (unnumbered) => {
      for (const part of unnumbered) {
        parts.push({ ...part, number: parts.length + 1 } as StreamPart)
        const bytes = sizeOf(part)
        unreadBytes += bytes
        keptBytes += bytes
      }
      pump()
    },
    room: () => {
      if (unreadBytes <= maxUnreadBytes || isClosed) return undefined
      waiting ??= promiseWithResolve()
      return waiting.promise
    },
    attach: (after, sink) => {
      endReader('taken-over')
      let end: (how: ReaderEnd) => void = () => {}
      const ended = new Promise<ReaderEnd>((resolve) => {
        end = resolve
      })
      const mine: Reader = { sink, position: Math.min(after, parts.length), isBusy: false, end }
      reader = mine
      if (mine.position < readPosition) unreadBytes = 0
      pump()
      return { end: ended, detach: () => reader === mine && endReader('detached') }
    },
    close: () => {
      isClosed = true
      releaseRoom()
      pump()
    },
    releaseRoom,
    hasReader: () => reader !== undefined,
    parts: () => parts,
    keptBytes: () => keptBytes,
  }
}

/** Leaves out what attempts said that are rewound later in the same range. */
function withoutDeadText(range: readonly StreamPart[]): readonly StreamPart[] {
  const rewoundAt = new Map<number, number>()
  for (const part of range) if (part.type === 'rewind') rewoundAt.set(part.attempt, part.number)
  if (rewoundAt.size === 0) return range
  return range.filter((part) => {
    const isText = part.type === 'text-append' || part.type === 'reasoning-append' || part.type === 'tool-call-append'
    return !isText || part.number > (rewoundAt.get(part.attempt) ?? 0)
  })
}

/** Roughly what a part costs to keep: its text and some. */
function sizeOf(part: UnnumberedPart): number {
  const overheadBytes = 100
  switch (part.type) {
    case 'text-append':
    case 'reasoning-append':
      return overheadBytes + part.text.length
    case 'tool-call-append':
      return overheadBytes + part.argumentsText.length
    default:
      return overheadBytes
  }
}

function promiseWithResolve(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
