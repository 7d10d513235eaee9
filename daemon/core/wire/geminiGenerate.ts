/**
 * The `gemini-generate` wire: answers of generateContent as wire events, streamed or whole.
 *
 * A stream has no end mark: its end counts if a finish reason was seen, which may stand on every chunk. Calls come whole
 * and unnumbered, and `STOP` may mean calls. An error inside a 200 is the failure that it means. A frame that cannot be read
 * is a protocol violation, because it may have carried text; only at the very end it is a stream cut short.
 * Sources (2026-10): Gemini API reference, "GenerateContentResponse", "Candidate", "FinishReason" and "BlockReason"
 * (ai.google.dev/api/generate-content); guides "Thought signatures" and "Function calling".
 */
import type { Failure } from '../../../shared/domain/failure.ts'
import { createGeminiAnswer, protocolViolation } from './geminiAnswer.ts'
import { failureOfGeminiAnswer } from './geminiError.ts'
import { encodeGemini } from './geminiRequest.ts'
import { parsedOf } from './json.ts'
import { createSseReader, type SseViolation } from './sse.ts'
import type { Wire } from './wire.ts'
import type { WireDecoder, WireEvent } from './wireEvent.ts'

export const geminiWire: Wire = {
  encode: encodeGemini,
  createDecoder: createGeminiDecoder,
  decodeAnswer: decodeGeminiAnswer,
  failureOf: failureOfGeminiAnswer,
}

/** In UTF-16 code units. */
const maxBodyLength = 16 * 1024 * 1024

function createGeminiDecoder(): WireDecoder {
  const answer = createGeminiAnswer()
  let isEnding = false
  const reader = createSseReader({
    onEvent: (data, name) => {
      const frame = parsedOf(data)
      if (typeof frame === 'object' && frame !== null) answer.onFrames(frame)
      // The last piece of a stream that was cut; and events of a type of their own, such as `ping`, carry no text.
      else if (!isEnding && (name === undefined || textEventNames.has(name)))
        answer.fail(protocolViolation('a frame that is no JSON object'))
    },
    onViolation: (violation) => {
      if (!isEnding) answer.fail(violationOf[violation])
    },
  })
  let head = ''
  let body: string | undefined
  const feed = (text: string) => {
    if (body === undefined) return reader.feed(text)
    body += text
    if (body.length > maxBodyLength) answer.fail(violationOf['event-too-large'])
  }
  return {
    decode: (text) => {
      // Without `alt=sse`, and from some proxies, JSON comes: it is read when it is whole.
      if (head === '') {
        head = text.trimStart().slice(0, 1)
        if (head === '[' || head === '{') body = ''
      }
      feed(text)
      return answer.take()
    },
    end: () => {
      isEnding = true
      if (body === undefined) reader.end()
      else onBody(body, answer)
      answer.onEnd()
      return answer.take()
    },
  }
}

/** A 200 with a JSON body: an answer, a list of chunks, or an error. */
function decodeGeminiAnswer(bodyText: string): readonly WireEvent[] {
  const answer = createGeminiAnswer()
  const body = parsedOf(bodyText)
  if (bodyText.trim() !== '' && (typeof body !== 'object' || body === null))
    answer.fail(protocolViolation('a body that is no JSON object'))
  else onBody(bodyText, answer)
  answer.onEnd()
  return answer.take()
}

/** A body that is not whole says nothing: the end then finds no finish reason. */
function onBody(bodyText: string, answer: ReturnType<typeof createGeminiAnswer>): void {
  const body = parsedOf(bodyText)
  if (typeof body === 'object' && body !== null) answer.onFrames(body)
}

const textEventNames: ReadonlySet<string> = new Set(['message', 'error'])

const violationOf: Readonly<Record<SseViolation, Failure>> = {
  'event-too-large': protocolViolation('more in one piece than an answer may hold'),
  'unknown-line': protocolViolation('a line that is no server-sent event'),
}
