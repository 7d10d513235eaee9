/**
 * An edit as a transaction: the answer's target in a document that goes on being edited while the answer streams. The one
 * rule: a change wholly before or wholly after the target moves it (touching a boundary counts as outside), any other
 * change refuses the edit for good. Offsets are UTF-16 code units into the document's text, as editors count. Pure.
 */

export type EditTarget = {
  /** The target's text when the prompt was sent. */
  readonly originalText: string
  readonly startOffset: number
  readonly endOffset: number
}

/** One replaced range; offsets are those before the event that the change came with. */
export type DocumentChange = {
  readonly offset: number
  readonly replacedLength: number
  readonly text: string
}

export type RefusalReason =
  /** Somebody changed the target itself. */
  | 'changed-inside'
  /** The document does not hold the target's text at the target's place: changes went unseen. */
  | 'text-differs'

export type EditTransaction =
  | { readonly kind: 'open'; readonly target: EditTarget }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly target: EditTarget }

export type EditDecision =
  /** Replace this range of the document with this text, in one edit. */
  | { readonly kind: 'apply'; readonly startOffset: number; readonly endOffset: number; readonly text: string }
  /** The answer is what stands there already. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

export function openEdit(documentText: string, startOffset: number, endOffset: number): EditTransaction {
  return {
    kind: 'open',
    target: { originalText: documentText.slice(startOffset, endOffset), startOffset, endOffset },
  }
}

/** The changes of one event: they do not overlap and may come in any order. */
export function onDocumentChanges(transaction: EditTransaction, changes: readonly DocumentChange[]): EditTransaction {
  if (transaction.kind === 'refused') return transaction
  const { target } = transaction
  let shift = 0
  for (const change of changes) {
    const changeEnd = change.offset + change.replacedLength
    if (changeEnd <= target.startOffset) shift += change.text.length - change.replacedLength
    else if (change.offset < target.endOffset) return { kind: 'refused', reason: 'changed-inside', target }
  }
  if (shift === 0) return transaction
  return {
    kind: 'open',
    target: { ...target, startOffset: target.startOffset + shift, endOffset: target.endOffset + shift },
  }
}

export function finishEdit(transaction: EditTransaction, documentText: string, replacement: string): EditDecision {
  if (transaction.kind === 'refused') return { kind: 'refused', reason: transaction.reason }
  const { originalText, startOffset, endOffset } = transaction.target
  if (documentText.slice(startOffset, endOffset) !== originalText) return { kind: 'refused', reason: 'text-differs' }
  if (replacement === originalText) return { kind: 'unchanged' }
  return { kind: 'apply', startOffset, endOffset, text: replacement }
}

/** What the document would be with `replacement` in the target's place: what a preview shows. */
export function previewOf(target: EditTarget, documentText: string, replacement: string): string {
  return documentText.slice(0, target.startOffset) + replacement + documentText.slice(target.endOffset)
}
