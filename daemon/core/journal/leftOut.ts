/**
 * Writes a JSON object with short names and without what another one, its base, says already, and reads it back:
 * `filledIn(JSON.parse(leftOutText(value, base)), base)` has the fields of `value`. What the base has and the value has not
 * stands as null; no entry of the journal holds a null of its own. Objects are compared field by field, lists as a whole.
 * Fields that hold undefined count as missing.
 *
 * Text and objects are made in one go, field by field: this runs for every line, and spreading objects costs V8 several
 * times as much.
 */
import { longNameOf, shortNameTextOf } from './shortNames.ts'

/** A field of the line that belongs to no entry: it is not filled in. Milliseconds after another time of the line. */
export const lineOwnName = '+'

export type Fields = Readonly<Record<string, unknown>>

export function leftOutText(value: Fields, base: Fields | undefined): string {
  let text = ''
  for (const name in value) {
    const field = value[name]
    const below = base?.[name]
    if (field === undefined || isSame(field, below)) continue
    const fieldText = isFields(field) && isFields(below) ? leftOutText(field, below) : valueText(field)
    text += `${shortNameTextOf(name)}${fieldText},`
  }
  for (const name in base) {
    if (base[name] !== undefined && value[name] === undefined) text += `${shortNameTextOf(name)}null,`
  }
  return `{${text.slice(0, -1)}}`
}

/** Fresh: it may be changed. */
export function filledIn(rest: Fields, base: Fields | undefined): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const name in base) if (base[name] !== undefined) value[name] = base[name]
  for (const short in rest) {
    if (short === lineOwnName) continue
    const field = rest[short]
    const name = longNameOf(short)
    const below = base?.[name]
    if (field === null && below !== undefined) delete value[name]
    else value[name] = isFields(field) && isFields(below) ? filledIn(field, below) : withLongNames(field)
  }
  return value
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withLongNames(item: unknown): unknown {
  if (Array.isArray(item)) return item.map(withLongNames)
  return isFields(item) ? filledIn(item, undefined) : item
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`
  if (isFields(value)) return leftOutText(value, undefined)
  return JSON.stringify(value) ?? 'null'
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => isSame(item, right[index]))
    )
  }
  return isFields(left) && isFields(right) && hasSame(left, right) && hasSame(right, left)
}

function hasSame(left: Fields, right: Fields): boolean {
  for (const name in left) if (!isSame(left[name], right[name])) return false
  return true
}
