/**
 * Leaves out of a JSON object what another one says already, and fills it in again: `filledIn(leftOut(value, base), base)`
 * has the fields of `value`. What `base` has and `value` has not stands as null, so a null in `value` itself would be lost;
 * no entry of the journal holds one. Objects are compared field by field, lists as a whole.
 */
export type Fields = Readonly<Record<string, unknown>>

export function leftOut(value: Fields, base: Fields): Fields {
  const rest: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const field = value[name]
    if (field === undefined || isSame(field, base[name])) continue
    const below = base[name]
    rest[name] = isFields(field) && isFields(below) ? leftOut(field, below) : field
  }
  for (const name of Object.keys(base)) {
    if (base[name] !== undefined && value[name] === undefined) rest[name] = null
  }
  return rest
}

export function filledIn(rest: Fields, base: Fields): Fields {
  const value: Record<string, unknown> = {}
  for (const name of Object.keys(base)) {
    if (base[name] !== undefined && rest[name] !== null) value[name] = base[name]
  }
  for (const name of Object.keys(rest)) {
    const field = rest[name]
    if (field === null || field === undefined) continue
    const below = base[name]
    value[name] = isFields(field) && isFields(below) ? filledIn(field, below) : field
  }
  return value
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]))
  }
  if (!isFields(left) || !isFields(right)) return false
  const names = Object.keys(left).filter((name) => left[name] !== undefined)
  const others = Object.keys(right).filter((name) => right[name] !== undefined)
  return names.length === others.length && names.every((name) => isSame(left[name], right[name]))
}
