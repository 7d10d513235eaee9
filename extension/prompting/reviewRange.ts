/**
 * Where a block that was written stands now, while the user reviews it and goes on editing. Unlike a target (editTransaction.ts)
 * a block may be edited: a change inside it resizes it. A change over one of its ends leaves nothing to review. Pure.
 */
import type { DocumentChange } from '../../shared/domain/editTransaction.ts'

export type ReviewRange = { readonly startOffset: number; readonly endOffset: number }

/** The changes of one event; undefined: there is no such block any more. */
export function onReviewChanges(range: ReviewRange, changes: readonly DocumentChange[]): ReviewRange | undefined {
  let startShift = 0
  let endShift = 0
  for (const { offset, replacedLength, text } of changes) {
    const changeEnd = offset + replacedLength
    const growth = text.length - replacedLength
    if (changeEnd <= range.startOffset) startShift += growth
    else if (offset < range.startOffset || (offset < range.endOffset && changeEnd > range.endOffset)) return undefined
    if (changeEnd <= range.startOffset || offset < range.endOffset) endShift += growth
  }
  return { startOffset: range.startOffset + startShift, endOffset: range.endOffset + endShift }
}
