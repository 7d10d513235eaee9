/**
 * What the gateway needs from the outside: time, dice, providers, the journal, files, keys and the log. Everything
 * concrete behind these is made in compose.ts; tests put fakes here.
 */

import type { AutoDecision } from '../../shared/domain/autoDecision.ts'
import type { ChatRequest } from '../../shared/domain/chatRequest.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { RequestId } from '../../shared/domain/ids.ts'
import type { RoutePlan } from '../../shared/domain/routePlan.ts'
import type { ConfigInForce, ConfigProblem } from '../../shared/protocol/status.ts'
import type { CheckpointEntry, JournalEntry } from '../core/journal/entry.ts'
import type { RecordedPlan } from '../core/routing/explainPlan.ts'
import type { PlanInput } from '../core/routing/planInput.ts'
import type { WireEvent } from '../core/wire/wireEvent.ts'
import type { Settings } from './settings.ts'

export type Clock = {
  /** Unix milliseconds; may jump. For records only. */
  readonly wallMs: () => number
  /** Milliseconds that never go back. For durations and time limits. */
  readonly monotonicMs: () => number
  /** Calls back once after `delayMs`; the returned function takes it back. */
  readonly startTimer: (delayMs: number, onElapsed: () => void) => () => void
}

export type Random = {
  /** An even draw from 0 to 2^32 - 1. */
  readonly uint32: () => number
}

export type Log = {
  readonly info: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  readonly warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  readonly error: (message: string, fields?: Readonly<Record<string, unknown>>) => void
}

export type UpstreamCall = {
  readonly endpoint: Endpoint
  readonly request: ChatRequest
  /** Which of the provider's keys, by its environment variable; missing: the first that there is. */
  readonly keyName?: string
  /** Longest time until the connection stands; milliseconds. */
  readonly connectMs: number
  /** The request as `encode` gave it, so that it is encoded once. Missing: it is encoded for the call. */
  readonly bodyText?: string
}

export type UpstreamEvent =
  /** The provider's response head came with a 2xx status. */
  { readonly type: 'head'; readonly httpStatus: number } | WireEvent

export type Upstream = {
  /** The body that a call would send. */
  readonly encode: (call: Pick<UpstreamCall, 'endpoint' | 'request'>) => string
  /**
   * Makes one upstream call. Each item holds what one read of the upstream gave. Ends after `done` or `failure`; never
   * throws for what a provider or network does. When the signal aborts, the connection is closed at once and the
   * iteration ends without a further event. Leaving the iteration early closes the connection too. Not asking for the
   * next item stops reading from the upstream's socket.
   */
  readonly stream: (call: UpstreamCall, signal: AbortSignal) => AsyncIterable<readonly UpstreamEvent[]>
}

export type JournalFilter = {
  /** Only entries whose line holds this text, which JSON writes as it is. The others are not even decoded. */
  readonly contains?: string
  /** Older days' files are left alone. */
  readonly sinceDay?: string
}

export type Journal = {
  /**
   * Appends lines with one write, in the file of the clock's UTC day; all or nothing. A new day's file is opened with
   * the entry that `checkpoint` gives for that day. A failure leaves the file as it was (`ledger-unavailable`).
   */
  readonly append: (
    entries: readonly JournalEntry[],
    checkpoint: (day: string) => CheckpointEntry,
  ) => Failure | undefined
  /** All days that have a file, oldest first, as YYYY-MM-DD; none when the folder cannot be read. */
  readonly days: () => readonly string[]
  /**
   * All readable entries of a day, in order; unreadable lines are reported to the log and left out. Undefined: the file
   * as such cannot be read, so nothing is known of that day.
   */
  readonly readDay: (day: string) => readonly JournalEntry[] | undefined
  /**
   * Entries from the newest backwards, over all days, until `visit` answers false. Reads only as much of the files as
   * is visited. Files that cannot be read are left out.
   */
  readonly visitNewestFirst: (visit: (entry: JournalEntry) => boolean, filter?: JournalFilter) => void
}

/** One JSON file that the daemon alone writes. */
export type JsonFile<Content> = {
  readonly read: () => Content
  /** Atomic: after a crash the file holds the old or the new content. A failure to write is answered, not thrown. */
  readonly write: (content: Content) => Failure | undefined
}

export type ConfigSource<Config> = {
  /** The last good reading, also that of an earlier daemon; the built-in defaults when there is none or no file. */
  readonly current: () => Config
  readonly inForce: () => ConfigInForce
  /** What is wrong with the newest reading. */
  readonly problems: () => readonly ConfigProblem[]
  readonly onChange: (listener: () => void) => () => void
  /**
   * Changes the file. Refused when the last reading failed or the file's bytes are no longer those last read. Unknown
   * fields and key order are kept.
   */
  readonly update: (change: (file: Record<string, unknown>) => Record<string, unknown>) => Failure | undefined
}

/** One plan of a request; a request that waited was planned more than once. */
export type Decision = {
  readonly requestId: RequestId
  readonly input: PlanInput
  readonly plan: RoutePlan
  /** The catalogue and configuration in force; only their hashes are kept. */
  readonly settings: Settings
  readonly auto?: AutoDecision
}

/**
 * The record of what each plan was made from, so that it can be explained and computed again. Recording never makes a
 * request wait or fail: what cannot be kept is a warning in the log, and later said as missing.
 */
export type Decisions = {
  readonly record: (decision: Decision) => void
  /** All plans of a request, oldest first; none when nothing was kept or it is gone. */
  readonly find: (requestId: RequestId) => readonly RecordedPlan[]
}
