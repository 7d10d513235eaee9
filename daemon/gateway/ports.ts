/**
 * What the gateway needs from the outside: time, dice, providers, the journal, files, keys and the log. Everything
 * concrete behind these is made in compose.ts; tests put fakes here.
 */

import type { AutoDecision } from '../../shared/domain/autoDecision.ts'
import type { ChatRequest } from '../../shared/domain/chatRequest.ts'
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { Failure } from '../../shared/domain/failure.ts'
import type { ForgetWish } from '../../shared/domain/forgetWish.ts'
import type { ProviderId, RequestId } from '../../shared/domain/ids.ts'
import type { KeyPlace } from '../../shared/domain/providerKey.ts'
import type { RoutePlan } from '../../shared/domain/routePlan.ts'
import type { ConfigInForce, ConfigProblem } from '../../shared/protocol/status.ts'
import type { ExpandedLine } from '../core/journal/compactEntry.ts'
import type { CheckpointEntry, JournalEntry } from '../core/journal/entry.ts'
import type { JournalSnapshot } from '../core/journal/snapshot.ts'
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

/** Where the values of keys lie that are in no environment variable. Nothing here throws. */
export type KeyStore = {
  /** Where a new value goes: the keychain, if a canary could be written, read and removed there just now. */
  readonly placeForNew: (signal: AbortSignal) => Promise<StoredPlace>
  readonly read: (key: StoredKey, signal: AbortSignal) => Promise<StoredValue>
  /** The new value is there as a whole, or the old one still is. */
  readonly write: (key: StoredKey, value: string, signal: AbortSignal) => Promise<Failure | undefined>
  /** Also when it was not there. */
  readonly remove: (key: StoredKey, signal: AbortSignal) => Promise<Failure | undefined>
  /** The file of the place `file`. */
  readonly file: string
}

export type StoredPlace = Exclude<KeyPlace, 'env'>

export type StoredKey = { readonly provider: ProviderId; readonly name: string; readonly place: StoredPlace }

/** `locked`: it cannot be reached now, for a reason in words. */
export type StoredValue =
  | { readonly state: 'set'; readonly value: string }
  | { readonly state: 'not-set' }
  | { readonly state: 'locked'; readonly reason: string }

export type UpstreamCall = {
  readonly endpoint: Endpoint
  readonly request: ChatRequest
  /** Which of the provider's keys, by its name; missing: the first that there is. */
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
  /**
   * Only entries whose line holds this text: a request's id in quotes, which stands in all its lines. (Other fields may be
   * left out where another line says them.) The others are not even decoded.
   */
  readonly contains?: string
  /** Older days' files are left alone. */
  readonly sinceDay?: string
}

/** Where a line begins, or the next one will. */
export type LinePlace = { readonly day: string; readonly offsetBytes: number }

/** Between two lines. */
export type JournalPlace = LinePlace & {
  /** Tells the file from one that was changed before that place. */
  readonly print: string
  /** Chain value of the line before it; missing where lines are not chained. */
  readonly head?: string
}

export type PlacedLine = { readonly line: ExpandedLine; readonly place: LinePlace }

export type StepsBack = JournalFilter & {
  /** Only lines that begin before it; it need not be one where a line begins. */
  readonly before?: LinePlace
}

export type ForgetOptions = {
  /** Requests under way are left as they are. */
  readonly isUnderWay: (requestId: string) => boolean
  /** All that the newest day's lines add up to, at the moment of the change; without requests, the forgotten ones at least. */
  readonly carried: (day: string, forgotten: ReadonlySet<string>) => CheckpointEntry
  /** The files have changed, in this very turn. */
  readonly onForgotten: () => void
}

export type Forgotten = {
  readonly requestIds: ReadonlySet<string>
  /** Days whose files are gone. */
  readonly removedDays: readonly string[]
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
  /**
   * Settles when all that was acknowledged so far is on the disk, or with what keeps it from there. Callers that wait at
   * the same time share one call to the disk.
   */
  readonly durable: () => Promise<Failure | undefined>
  /**
   * Takes out what the user wants forgotten, and says so with a `forgotten` line. The wish is `unfinishedForget`, over a
   * crash too and with the same requests, until `forgetDone` says that nothing else is kept of them either.
   */
  readonly forget: (wish: ForgetWish, options: ForgetOptions) => Promise<Forgotten | Failure>
  readonly unfinishedForget: () => ForgetWish | undefined
  readonly forgetDone: () => Failure | undefined
  /** All days that have a file, oldest first, as YYYY-MM-DD; none when the folder cannot be read. */
  readonly days: () => readonly string[]
  /**
   * All readable entries of a day, in order; unreadable lines are reported to the log and left out. Undefined: the file
   * as such cannot be read, so nothing is known of that day.
   */
  readonly readDay: (day: string) => readonly JournalEntry[] | undefined
  /** The same without keeping them, until `visit` answers false; false: the file as such cannot be read. */
  readonly visitDay: (day: string, visit: (entry: JournalEntry) => unknown) => boolean
  /** Behind the newest line; undefined when there is none or it cannot be said. */
  readonly place: () => JournalPlace | undefined
  /**
   * Visits the entries of the place's day behind it; `before` is what those before it left behind. Answers in words why it cannot, such as a file that is shorter or
   * another than it was; then what was visited counts for nothing.
   */
  readonly visitFrom: (
    place: JournalPlace,
    before: CheckpointEntry,
    visit: (entry: JournalEntry) => void,
  ) => string | undefined
  /**
   * Lines newest first in short steps, each the work of about a millisecond and perhaps empty: between them others may
   * run, and lines be appended. Ending the iteration early closes what it holds.
   */
  readonly stepsBack: (options: StepsBack) => Generator<readonly PlacedLine[]>
  /**
   * Entries from the newest backwards, over all days, until `visit` answers false. Reads only as much of the files as
   * is visited. Files that cannot be read are left out.
   */
  readonly visitNewestFirst: (visit: (entry: JournalEntry) => boolean, filter?: JournalFilter) => void
}

/** The state as it stood at a place of the journal; only a cache of what the journal says. */
export type StateSnapshot = { readonly place: JournalPlace; readonly state: JournalSnapshot }

export type StateCache = {
  /** Newest first, each read when it is asked for. What cannot be read is said in the log and left out. */
  readonly snapshots: () => Iterable<StateSnapshot>
  /** Replaces the newest in its own time; one that comes before an earlier one is written takes its place. */
  readonly save: (snapshot: StateSnapshot) => void
  /** Written when it answers; nothing that `save` was given is written after it. */
  readonly saveNow: (snapshot: StateSnapshot) => void
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
