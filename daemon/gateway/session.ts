/**
 * What one connected client can ask for, whatever server it came through. Servers decode and encode; a session acts.
 * Expected failures are values.
 */
import type * as z from 'zod'
import type { Failure } from '../../shared/domain/failure.ts'
import type { StreamPart } from '../../shared/domain/streamPart.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import type { budgets, budgetsAllow, budgetsRelease, budgetsRemove, budgetsSet } from '../../shared/protocol/budgets.ts'
import type { catalogEndpoints, catalogModels, catalogRefresh } from '../../shared/protocol/catalog.ts'
import type { AttachResult, ChatResult, chat, chatAttach } from '../../shared/protocol/chat.ts'
import type { explain } from '../../shared/protocol/explain.ts'
import type { feedback } from '../../shared/protocol/feedback.ts'
import type { journalForget } from '../../shared/protocol/forget.ts'
import type { environmentSet, Topic } from '../../shared/protocol/hello.ts'
import type { journal } from '../../shared/protocol/journal.ts'
import type {
  keysDisable,
  keys as keysList,
  keysRemove,
  keysRotate,
  keysSet,
  keysTest,
  keysWeigh,
} from '../../shared/protocol/keys.ts'
import type { Notice } from '../../shared/protocol/notice.ts'
import type { profiles, profilesSet, profilesShow } from '../../shared/protocol/profiles.ts'
import type { prompts } from '../../shared/protocol/prompts.ts'
import type { providersAdd } from '../../shared/protocol/providers.ts'
import type { shutdown } from '../../shared/protocol/shutdown.ts'
import type { stats } from '../../shared/protocol/stats.ts'
import type { ConfigProblem, status } from '../../shared/protocol/status.ts'
import type { takeover } from '../../shared/protocol/takeover.ts'

type Params<Type extends { readonly params: z.ZodType }> = z.infer<Type['params']>
type Result<Type extends { readonly result: z.ZodType }> = z.infer<Type['result']>

/** An expected failure in place of a result; with the waybill once the request is journalled. */
export type Failed = { readonly failure: Failure; readonly waybill?: Waybill }

/**
 * Takes parts as they come. A promise says that the client's socket is full: nothing more is handed over until it
 * settles. Parts decoded from one read come in one call.
 */
export type PartSink = (parts: readonly StreamPart[]) => Promise<void> | undefined

export type SessionEvent =
  | { readonly topic: 'requests'; readonly waybill: Waybill }
  | { readonly topic: 'profiles'; readonly workspace?: string }
  | { readonly topic: 'config'; readonly problems: readonly ConfigProblem[] }
  | { readonly topic: 'notices'; readonly notice: Notice }

export type SessionOptions = {
  readonly client: string
  /** Missing: the operating system's account. */
  readonly user?: string
  readonly environment: Readonly<Record<string, string>>
  readonly topics: readonly Topic[]
  readonly onEvent: (event: SessionEvent) => void
}

type ChangedKey = Promise<Result<typeof keysSet> | Failed>

/** No answer holds a value. */
export type SessionKeys = {
  readonly list: (params: Params<typeof keysList>) => Promise<Result<typeof keysList> | Failed>
  readonly set: (params: Params<typeof keysSet>, signal: AbortSignal) => ChangedKey
  readonly rotate: (params: Params<typeof keysRotate>, signal: AbortSignal) => ChangedKey
  readonly disable: (params: Params<typeof keysDisable>) => ChangedKey
  readonly enable: (params: Params<typeof keysDisable>) => ChangedKey
  readonly weigh: (params: Params<typeof keysWeigh>) => ChangedKey
  readonly remove: (
    params: Params<typeof keysDisable>,
    signal: AbortSignal,
  ) => Promise<Result<typeof keysRemove> | Failed>
  readonly test: (params: Params<typeof keysTest>, signal: AbortSignal) => Promise<Result<typeof keysTest> | Failed>
}

export type Session = {
  readonly chat: (params: Params<typeof chat>, sink: PartSink, signal: AbortSignal) => Promise<ChatResult | Failed>
  readonly attach: (
    params: Params<typeof chatAttach>,
    sink: PartSink,
    signal: AbortSignal,
  ) => Promise<AttachResult | Failed>
  readonly prompts: () => Result<typeof prompts>
  readonly profiles: (params: Params<typeof profiles>) => Result<typeof profiles> | Failed
  readonly showProfile: (params: Params<typeof profilesShow>) => Result<typeof profilesShow> | Failed
  readonly setProfile: (params: Params<typeof profilesSet>) => Result<typeof profilesSet> | Failed
  readonly stats: (params: Params<typeof stats>) => Result<typeof stats>
  readonly journal: (params: Params<typeof journal>, signal: AbortSignal) => Promise<Result<typeof journal>>
  readonly forget: (params: Params<typeof journalForget>) => Promise<Result<typeof journalForget> | Failed>
  readonly explain: (params: Params<typeof explain>) => Result<typeof explain> | Failed
  readonly feedback: (params: Params<typeof feedback>) => Result<typeof feedback> | Failed
  readonly catalogModels: (params: Params<typeof catalogModels>) => Result<typeof catalogModels>
  readonly catalogEndpoints: (params: Params<typeof catalogEndpoints>) => Result<typeof catalogEndpoints> | Failed
  readonly refreshCatalog: (signal: AbortSignal) => Promise<Result<typeof catalogRefresh>>
  readonly budgets: () => Result<typeof budgets>
  readonly setBudget: (params: Params<typeof budgetsSet>) => Result<typeof budgetsSet> | Failed
  readonly removeBudget: (params: Params<typeof budgetsRemove>) => Result<typeof budgetsRemove> | Failed
  readonly releaseReservation: (params: Params<typeof budgetsRelease>) => Result<typeof budgetsRelease> | Failed
  readonly allowEndpoint: (params: Params<typeof budgetsAllow>) => Result<typeof budgetsAllow> | Failed
  readonly status: () => Result<typeof status>
  readonly addProvider: (params: Params<typeof providersAdd>) => Result<typeof providersAdd> | Failed
  readonly keys: SessionKeys
  readonly setEnvironment: (params: Params<typeof environmentSet>) => Result<typeof environmentSet>
  /** Answers first; the daemon ends once the answer has left. */
  readonly shutdown: () => Result<typeof shutdown>
  /** Answers when this daemon hands over, and the new one may begin once the connection closes. */
  readonly takeOver: (params: Params<typeof takeover>) => Promise<Result<typeof takeover>>
  /** Environment variables that the configuration names. */
  readonly environmentNames: () => readonly string[]
  /** The connection ended: requests under way are cancelled or held, as each asked. */
  readonly dispose: () => void
}

/** Opens sessions; the one thing that the servers are given. */
export type OpenSession = (options: SessionOptions) => Session

export function isFailed(result: object): result is Failed {
  return 'failure' in result
}
