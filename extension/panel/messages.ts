/**
 * The messages between the panel's host and its page. Both ends are of one build, yet each decodes what it hears: other
 * code could post into the page, and a page kept over an update may be older than its host. Checked by hand, so that the
 * extension's start loads no schema.
 */
import type { StatsDimension } from '../../shared/domain/stats.ts'
import { type PanelView, type Selection, type StatsRange, viewVersion } from './viewModel.ts'

export type HostMessage = { readonly type: 'view'; readonly view: PanelView }

/** What the page may ask the editor to do. */
export type PanelAction = 'connect' | 'show-log' | 'run-prompt' | 'pick-profile'

export type PageMessage =
  /** Sent once the page listens, and on each choice of the user. */
  | { readonly type: 'show'; readonly selection: Selection; readonly timeZone: string }
  | { readonly type: 'act'; readonly action: PanelAction }

export const rangeLabels: Readonly<Record<StatsRange, string>> = {
  today: 'Today',
  '7d': '7\u00a0d',
  '30d': '30\u00a0d',
}

export const dimensionLabels: Readonly<Record<StatsDimension, string>> = {
  model: 'Model',
  provider: 'Provider',
  endpoint: 'Endpoint',
  profile: 'Profile',
  workspace: 'Workspace',
  prompt: 'Prompt',
  user: 'User',
  client: 'Client',
}

const actions: Readonly<Record<PanelAction, true>> = {
  connect: true,
  'show-log': true,
  'run-prompt': true,
  'pick-profile': true,
}

/** Undefined: not a message of the page. */
export function decodePageMessage(data: unknown): PageMessage | undefined {
  if (!isObject(data)) return undefined
  if (data.type === 'act') {
    const action = keyOf(actions, data.action)
    return action === undefined ? undefined : { type: 'act', action }
  }
  if (data.type !== 'show') return undefined
  const selection = decodeSelection(data.selection)
  const timeZone = data.timeZone
  if (selection === undefined || typeof timeZone !== 'string') return undefined
  return { type: 'show', selection, timeZone }
}

/** Undefined: not a message of the host. */
export function decodeHostMessage(data: unknown): HostMessage | undefined {
  if (!isObject(data) || data.type !== 'view') return undefined
  const view = decodeView(data.view)
  return view === undefined ? undefined : { type: 'view', view }
}

/** The outer shape and the version; what lies within was made by the same version. */
export function decodeView(data: unknown): PanelView | undefined {
  if (!isObject(data) || data.viewVersion !== viewVersion) return undefined
  if (decodeSelection(data.selection) === undefined) return undefined
  if (!isObject(data.connection) || !isObject(data.content)) return undefined
  return data as PanelView
}

function decodeSelection(data: unknown): Selection | undefined {
  if (!isObject(data)) return undefined
  const range = keyOf(rangeLabels, data.range)
  const groupBy = keyOf(dimensionLabels, data.groupBy)
  return range === undefined || groupBy === undefined ? undefined : { range, groupBy }
}

function keyOf<Key extends string>(table: Readonly<Record<Key, unknown>>, value: unknown): Key | undefined {
  return typeof value === 'string' && Object.hasOwn(table, value) ? (value as Key) : undefined
}

function isObject(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
