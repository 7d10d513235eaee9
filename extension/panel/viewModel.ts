/**
 * What the panel's page draws: words and figures ready to be shown, and nothing that it would have to work out. Made by
 * `view.ts`, sent as one message, kept by the page as its last snapshot. Every string is plain text, never markup.
 */
import type { StatsDimension } from '../../shared/domain/stats.ts'

/** Raised when the shape below changes: a snapshot kept by another build is then not drawn. */
export const viewVersion = 2

export type StatsRange = 'today' | '7d' | '30d'

export type Selection = { readonly range: StatsRange; readonly groupBy: StatsDimension }

export type PanelView = {
  readonly viewVersion: typeof viewVersion
  /** What the figures are of. */
  readonly selection: Selection
  /** The one in force for the workspace in front of the user; missing until it is known. */
  readonly profile?: { readonly name: string; readonly source: string }
  readonly connection: ConnectionView
  readonly content: ContentView
}

export type ConnectionView =
  | { readonly kind: 'live' }
  | { readonly kind: 'connecting' }
  /** No daemon runs; none is started by looking. */
  | { readonly kind: 'not-running'; readonly lead: string; readonly rest: string }
  /** The page counts down `nextTryInMs` from the moment it got the view. */
  | { readonly kind: 'lost'; readonly lead: string; readonly rest: string; readonly nextTryInMs: number }
  /** The daemon answers, but not with figures. */
  | { readonly kind: 'problem'; readonly lead: string; readonly rest: string }

export type ContentView =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'first-run' }
  | {
      readonly kind: 'figures'
      readonly cards: readonly CardView[]
      readonly table: TableView
      readonly requests: readonly RequestView[]
      readonly footnotes: readonly string[]
    }

export type CardView = {
  readonly id: string
  readonly label: string
  readonly figures: readonly { readonly text: string; readonly unit?: string }[]
  /** One line of context. */
  readonly note?: string
}

export type TableView = {
  /** Header of the first column, such as `Model`. */
  readonly groupLabel: string
  readonly summary: string
  readonly rows: readonly TableRowView[]
  /** In the rows' place when there are none. */
  readonly empty?: { readonly text: string; readonly offersMonth: boolean }
}

export type TableRowView = {
  readonly group: string
  /** The whole of it, where `group` is shortened. */
  readonly groupTitle: string
  readonly isPractice: boolean
  readonly requests: string
  readonly firstText: string
  readonly p50: string
  readonly p99: string
  readonly tokens: string
  readonly errorRate: string
  readonly cost: string
  /** Of all counted requests; practice is `apart`. */
  readonly share: string
}

/** `quiet`: as it should be. `noted`: it went well by another way. `bad`: no answer. */
export type Tone = 'quiet' | 'noted' | 'bad'

export type RequestView = {
  readonly requestId: string
  readonly time: string
  readonly prompt: string
  readonly model: string
  readonly provider: string
  readonly isPractice: boolean
  readonly outcome: { readonly text: string; readonly tone: Tone }
  readonly firstText: string
  readonly total: string
  readonly cost: string
  readonly details: WaybillView
}

export type WaybillView = {
  /** Answers "why this model?": who answered after whom, or why nobody did. */
  readonly why: string
  /** Which policy chose; empty when none did. */
  readonly policy: string
  readonly attempts: readonly AttemptView[]
  /** Candidates of the plan that were not needed, in order. */
  readonly untried: readonly string[]
  readonly rejected: readonly { readonly endpoint: string; readonly reason: string }[]
  readonly facts: readonly { readonly label: string; readonly value: string }[]
}

export type AttemptView = {
  readonly number: string
  readonly model: string
  readonly provider: string
  readonly isPractice: boolean
  readonly outcome: { readonly text: string; readonly tone: Tone }
  /** What went wrong, in the failure's own words, and what was decided. */
  readonly failure?: string
  readonly next?: string
  readonly timings: string
  readonly tokens: string
  readonly cost: string
  /** What an estimate was made from; what the provider itself says. */
  readonly costNotes: readonly string[]
}
