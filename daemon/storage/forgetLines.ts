/**
 * Takes requests out of the bytes of one day file. Of a chained file each line of theirs is replaced by one that says
 * nothing but its chain value; of a file without a chain it is left out. The line that opens the file stays, without what it
 * says of them, interrupted attempts of budgets included. Lines that belong to no request stay as they are.
 */
import { chainPartsOf, digestOf, isRewritten, rewrittenLine } from './journalChain.ts'
import { linesForwards } from './journalLines.ts'

export type RewrittenDay = {
  readonly content: Buffer
  /** Lines that were taken out now. */
  readonly taken: number
  /** Of all lines in it that are no longer what they were. */
  readonly lines: number
  readonly digest: string
}

type Fields = Readonly<Record<string, unknown>>

/** All requests that the file tells of for which the question is answered with yes. */
export function requestsIn(content: Buffer, isMeant: (line: Fields) => boolean): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { bytes } of linesForwards(content)) {
    const line = parsed(bytes)
    for (const one of [line, ...carriedIn(line)]) {
      const id = requestIdOf(one)
      if (id !== undefined && isMeant(one)) found.add(id)
    }
  }
  return found
}

/** The workspace that a reserve, or a request without one, counts towards. */
export function workspaceOf(line: Fields): unknown {
  const scope = fieldsOf(line.s ?? line.scope)
  const waybill = fieldsOf(line.W ?? line.waybill)
  const caller = fieldsOf(waybill.ca ?? waybill.caller)
  return scope.w ?? scope.workspace ?? caller.w ?? caller.workspace
}

export function withoutRequests(content: Buffer, isForgotten: (requestId: string) => boolean): RewrittenDay {
  const lines: Buffer[] = []
  const rewritten: Buffer[] = []
  let taken = 0
  for (const { bytes } of linesForwards(content)) {
    const whole = Buffer.concat([bytes, newline])
    const rest = isRewritten(bytes) && bytes.length < shortestBody ? whole : restOf(bytes, whole, isForgotten)
    if (rest !== whole) taken += 1
    if (rest === undefined) continue
    lines.push(rest)
    if (isRewritten(rest)) rewritten.push(rest)
  }
  return { content: Buffer.concat(lines), taken, lines: rewritten.length, digest: digestOf(rewritten) }
}

const newline = Buffer.from('\n')
/** A line that says nothing but its chain value is shorter. */
const shortestBody = 60

/** The line itself where nothing of it is forgotten; undefined where nothing of it is left. */
function restOf(bytes: Buffer, whole: Buffer, isForgotten: (requestId: string) => boolean): Buffer | undefined {
  const line = parsed(bytes)
  const value = chainPartsOf(bytes)?.value
  const id = requestIdOf(line)
  if (id !== undefined) {
    if (!isForgotten(id)) return whole
    return value === undefined ? undefined : Buffer.from(rewrittenLine(value, undefined))
  }
  const isOpen = (reserve: unknown) => !isForgotten(requestIdOf(fieldsOf(reserve)) ?? '')
  if (carriedIn(line).every(isOpen)) return whole
  const { openReservations, requestsUnderWay, '~': _, rewritten: __, ...others } = line
  const budgets = fieldsOf(line.budgets)
  const body = {
    ...others,
    openReservations: listOf(openReservations).filter(isOpen),
    requestsUnderWay: listOf(requestsUnderWay).filter((one) => isOpen(fieldsOf(one).lastReserve)),
    ...(line.budgets !== undefined && {
      budgets: { ...budgets, interrupted: listOf(budgets.interrupted).filter(isOpen) },
    }),
  }
  return Buffer.from(value === undefined ? `${JSON.stringify(body)}\n` : rewrittenLine(value, body))
}

function requestIdOf(line: Fields): string | undefined {
  const id =
    line.i ?? line.requestId ?? fieldsOf(line.W).i ?? fieldsOf(line.W).requestId ?? fieldsOf(line.waybill).requestId
  return typeof id === 'string' ? id : undefined
}

/** What the line at a file's head carries over of requests. */
function carriedIn({ openReservations, requestsUnderWay, budgets }: Fields): readonly Fields[] {
  return [
    ...listOf(fieldsOf(budgets).interrupted).map(fieldsOf),
    ...listOf(openReservations).map(fieldsOf),
    ...listOf(requestsUnderWay).map((one) => fieldsOf(fieldsOf(one).lastReserve)),
  ]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function parsed(bytes: Buffer): Fields {
  try {
    return fieldsOf(JSON.parse(bytes.toString('utf8')))
  } catch {
    return {}
  }
}
