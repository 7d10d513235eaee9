/**
 * Server-sent events out of pieces of text, by the HTML standard's rules (html.spec.whatwg.org, "Server-sent events",
 * 2026-10) with two differences: an event without its final blank line at the end of the stream still counts, and a
 * line that is none of the known fields is a violation, because it may be a damaged `data` line that carried text.
 *
 * Comments and events with empty data are skipped. After a violation nothing more comes.
 */
import { createParser, type ParseError } from 'eventsource-parser'

/** In UTF-16 code units. */
const maxEventLength = 4 * 1024 * 1024

export type SseViolation = 'event-too-large' | 'unknown-line'

export type SseListener = {
  readonly onEvent: (data: string, name: string | undefined) => void
  readonly onViolation: (violation: SseViolation) => void
}

export type SseReader = {
  readonly feed: (text: string) => void
  /** The stream is over: gives the event that was still open. */
  readonly end: () => void
}

export function createSseReader(listener: SseListener): SseReader {
  let isBroken = false
  const violate = (violation: SseViolation) => {
    if (isBroken) return
    isBroken = true
    listener.onViolation(violation)
  }
  const onData = (data: string, name: string | undefined) => {
    if (isBroken || data === '') return
    // The parser's own limit counts only what waits for its end, not an event that came whole in one piece.
    if (data.length > maxEventLength) violate('event-too-large')
    else listener.onEvent(data, name)
  }
  const onError = (error: ParseError) => {
    if (error.type === 'max-buffer-size-exceeded') violate('event-too-large')
    else if (error.type === 'unknown-field') onUnknownLine(error.line ?? '')
  }
  // Some servers break off with a bare line of JSON that says why.
  const onUnknownLine = (line: string) => {
    if (line.startsWith('{')) onData(line, undefined)
    else violate('unknown-line')
  }
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: (event) => onData(event.data, event.event),
    onError,
  })
  let endedWithCr = false
  /** One kind of line end for the parser: it keeps a line that ends with a CR until the next line end comes. */
  const withoutCr = (text: string) => {
    const rest = endedWithCr && text.startsWith('\n') ? text.slice(1) : text
    if (text !== '') endedWithCr = text.endsWith('\r')
    return rest.includes('\r') ? rest.replace(/\r\n?/g, '\n') : rest
  }
  const feed = (text: string) => {
    const lines = withoutCr(text)
    if (!isBroken) parser.feed(lines)
  }
  return { feed, end: () => feed('\n\n') }
}
