/**
 * Token counts as providers send them: what is no count, or one that no request can have, is unknown, never 0.
 */
import type { Usage } from '../../../shared/domain/usage.ts'

type Counts = { readonly [Key in keyof Usage]-?: number | undefined }

/** Only what is known. */
export function usageOfCounts(counts: Counts): Usage {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)) as Usage
}

/** A thousand times the largest context that is on offer: above it a count is a mistake, and would be one in money. */
const maxCount = 1e9

export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxCount ? value : undefined
}
