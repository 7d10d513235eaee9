/** What all parts of the page's drawing share. */
import type { PanelAction } from '../messages.ts'
import type { Selection } from '../viewModel.ts'
import { type Child, h } from './dom.ts'

export type PageActions = {
  readonly select: (selection: Selection) => void
  readonly act: (action: PanelAction) => void
  /** Unfolds or folds a waybill. */
  readonly toggle: (requestId: string) => void
}

export type Drawing = {
  readonly actions: PageActions
  readonly selection: Selection
  /** Request ids of the unfolded waybills. */
  readonly expanded: ReadonlySet<string>
}

export function drawPracticeTag(of: { readonly isPractice: boolean }): Child {
  return of.isPractice ? h('span', { class: 'tag' }, 'practice') : undefined
}
