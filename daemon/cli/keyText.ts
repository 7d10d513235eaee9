/** Keys of providers as `waybill keys` prints them. */
import type * as z from 'zod'
import { formatMoneySum, formatTimeLeft } from '../../shared/domain/format.ts'
import type { KeyInfo, keys, keysTest } from '../../shared/protocol/keys.ts'
import { inkOf } from './ink.ts'
import { renderTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrapped.ts'

type Listed = Pick<z.infer<(typeof keys)['result']>, 'keys'> & { readonly keyFile?: string }

export function renderKeys(
  listed: Listed,
  terminal: Pick<Terminal, 'isColored' | 'widthColumns'>,
  nowMs: number,
): string {
  const ink = inkOf(terminal)
  if (listed.keys.length === 0) return 'No provider needs a key yet; see `waybill help providers`.\n'
  const rows = listed.keys.map((key) => [
    key.provider,
    key.name,
    stateText(key, nowMs),
    key.fingerprint ?? '-',
    key.place === 'env' ? 'environment' : key.place,
    String(key.weight),
    key.lastUsedAtMs === undefined ? 'never' : agoText(nowMs - key.lastUsedAtMs),
  ])
  const columns = [
    { title: 'PROVIDER' },
    { title: 'NAME', shrinks: true },
    { title: 'STATE', shrinks: true, least: 14 },
    { title: 'PRINT' },
    { title: 'PLACE' },
    { title: 'WEIGHT', align: 'right', optional: true },
    { title: 'LAST USED' },
  ] as const
  const table = renderTable(columns, rows, { widthColumns: terminal.widthColumns, ofTitle: ink.dim })
  const locked = listed.keys.flatMap(({ provider, name, lockedBecause }) =>
    lockedBecause === undefined ? [] : [`${ink.yellow(`${provider} ${name}`)} is locked: ${lockedBecause}`],
  )
  const notes = [...locked, ...fileNotes(listed)]
  const write = (line: string) => wrapped(line, '  ', terminal.widthColumns)
  return notes.length === 0 ? table : `${table}\n${notes.map(write).join('')}`
}

const dayMs = 86_400_000

function agoText(ms: number): string {
  return ms < 2 * dayMs ? `${formatTimeLeft(ms)} ago` : `${Math.floor(ms / dayMs)} days ago`
}

function fileNotes({ keys: all, keyFile }: Listed): readonly string[] {
  if (keyFile === undefined || !all.some(({ place }) => place === 'file')) return []
  return [`Those of the place \`file\` lie in ${keyFile}, in plain text, which only your account can read.`]
}

function stateText(key: KeyInfo, nowMs: number): string {
  const left = key.untilMs === undefined ? '' : ` ${formatTimeLeft(key.untilMs - nowMs)}`
  switch (key.state) {
    case 'ready':
      return key.forbiddenEndpoints === undefined ? 'ready' : 'ready in part'
    case 'not-set':
      return 'no value'
    case 'cooling':
      return `cooling${left}`
    case 'refused':
      return `refused (${key.httpStatus ?? 401})${left}`
    case 'locked':
    case 'disabled':
      return key.state
  }
}

export function testText({ state, message, cost }: z.infer<(typeof keysTest)['result']>): string {
  const price = cost === undefined ? '' : ` Cost: ${formatMoneySum(cost, 'request')}.`
  return `${state}: ${message}${price}\n`
}
