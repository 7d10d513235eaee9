/**
 * What an attempt holds of budgets, as a `reserve` line has it: a list of values for each, in the order of `names`, which
 * is a format. One with other fields, or without one of these, stays as it is.
 */
import { type Fields, isFields } from './leftOut.ts'

const names = ['budget', 'unit', 'window', 'zone', 'startMs', 'amount', 'isHard'] as const

export function compactHolds(holds: readonly unknown[]): readonly unknown[] {
  return holds.map((hold) => {
    if (!isFields(hold)) return hold
    const { member } = hold
    const values = names.map((name) => hold[name])
    const count = Object.values(hold).filter((value) => value !== undefined).length
    if (values.includes(undefined) || count !== names.length + (member === undefined ? 0 : 1)) return hold
    return member === undefined ? values : [...values, member]
  })
}

export function expandedHolds(holds: readonly unknown[]): readonly unknown[] {
  return holds.map((values: unknown) => {
    if (!Array.isArray(values)) return values
    const hold: Record<string, unknown> = {}
    for (const [index, name] of names.entries()) hold[name] = values[index] as unknown
    const member: unknown = values[names.length]
    return member === undefined ? (hold as Fields) : { ...hold, member }
  })
}
