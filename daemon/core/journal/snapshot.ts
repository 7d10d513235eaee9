/**
 * The whole journal state as plain JSON, and back. What stands in the state is kept by what it is, not by its name: a new
 * field is in the snapshot without a word here, and a field that JSON could not carry does not compile. `restoreState`
 * answers undefined when a snapshot is not of this build's shape; whether its bytes are whole is for its file to know.
 */
import { createJournalState, type JournalState } from './journalState.ts'

/** What may stand in the state. */
type Kept =
  | string
  | number
  | boolean
  | undefined
  | readonly Kept[]
  | ReadonlySet<Kept>
  | ReadonlyMap<string, Kept>
  | { readonly [name: string]: Kept }

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

export type JournalSnapshot = Json

/** An object with one such name stands for what JSON has no form for. */
const marks = { map: '$map', set: '$set', number: '$number', object: '$object' } as const
const markNames: ReadonlySet<string> = new Set(Object.values(marks))

export function snapshotOf(state: JournalState): JournalSnapshot {
  return jsonOf(state)
}

export function restoreState(snapshot: unknown): JournalState | undefined {
  const restored = keptOf(snapshot)
  return isShapedLike(createJournalState(), restored) ? (restored as unknown as JournalState) : undefined
}

function jsonOf(value: Kept): Json {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { [marks.number]: String(value) }
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (value === undefined) return null
  if (isList(value)) return value.map(jsonOf)
  if (isMap(value)) return { [marks.map]: [...value].map(([key, one]) => [key, jsonOf(one)]) }
  if (isSet(value)) return { [marks.set]: [...value].map(jsonOf) }
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => [name, jsonOf(one)] as const)
  const object = Object.fromEntries(entries)
  const [only] = entries
  // A name from outside may be one of the marks.
  return entries.length === 1 && only !== undefined && markNames.has(only[0]) ? { [marks.object]: object } : object
}

function keptOf(json: unknown): Kept {
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') return json
  if (Array.isArray(json)) return json.map(keptOf)
  if (typeof json !== 'object' || json === null) return undefined
  const entries = Object.entries(json)
  const [only] = entries
  return entries.length === 1 && only !== undefined && markNames.has(only[0])
    ? unmarked(only[0], only[1])
    : objectOf(entries)
}

function unmarked(mark: string, content: unknown): Kept {
  switch (mark) {
    case marks.number:
      return Number(content)
    case marks.object:
      return typeof content === 'object' && content !== null ? objectOf(Object.entries(content)) : undefined
    case marks.set:
      return Array.isArray(content) ? new Set(content.map(keptOf)) : undefined
    default:
      return Array.isArray(content) ? new Map(content.flatMap(pairOf)) : undefined
  }
}

function pairOf(pair: unknown): readonly (readonly [string, Kept])[] {
  return Array.isArray(pair) ? [[String(pair[0]), keptOf(pair[1])]] : []
}

function objectOf(entries: readonly (readonly [string, unknown])[]): Kept {
  return Object.fromEntries(entries.map(([name, one]) => [name, keptOf(one)]))
}

/** The same kinds under the same names, as deep as a fresh state reaches. */
function isShapedLike(fresh: Kept, restored: Kept): boolean {
  if (typeof fresh !== 'object' || isList(fresh) || isMap(fresh) || isSet(fresh))
    return kindOf(fresh) === kindOf(restored)
  if (kindOf(restored) !== 'object') return false
  const found = restored as { readonly [name: string]: Kept }
  const names = Object.keys(fresh)
  return (
    names.length === Object.keys(found).length &&
    names.every((name) => Object.hasOwn(found, name) && isShapedLike(fresh[name], found[name]))
  )
}

function kindOf(value: Kept): string {
  if (isList(value)) return 'list'
  if (isMap(value)) return 'map'
  return isSet(value) ? 'set' : typeof value
}

function isList(value: Kept): value is readonly Kept[] {
  return Array.isArray(value)
}

function isMap(value: Kept): value is ReadonlyMap<string, Kept> {
  return value instanceof Map
}

function isSet(value: Kept): value is ReadonlySet<Kept> {
  return value instanceof Set
}
