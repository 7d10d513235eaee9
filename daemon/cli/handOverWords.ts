/** A hand-over in words: to which build, asked for when, and what has to happen first. */
import { formatSeconds } from '../../shared/domain/format.ts'
import { buildWords } from '../../shared/domain/newerBuild.ts'
import type { HandOverStatus } from '../../shared/protocol/takeover.ts'

export function handOverWords({ phase, to, sinceAtMs, untilAtMs }: HandOverStatus, nowMs: number): string {
  const asked = `to ${buildWords(to)}, asked for ${formatSeconds(Math.max(0, nowMs - sinceAtMs))} ago`
  const left = formatSeconds(Math.max(0, untilAtMs - nowMs))
  switch (phase) {
    case 'waiting':
      return `${asked}: once no request is under way or held; in ${left} new ones have to wait`
    case 'draining':
      return `${asked}: new requests wait; what is under way is cut in ${left}`
    case 'ending':
      return `${asked}: now`
  }
}
