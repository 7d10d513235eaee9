/**
 * A target as it is remembered over a reload of the window: digests in place of text, so that no code is kept twice. While no
 * extension listened, changes went unseen; the target is found again only where that is certain: all text before it is
 * unchanged, or all text after it, and it is itself unchanged. Pure; the digest is given.
 */
import { type EditTarget, type EditTransaction, openEdit } from '../../shared/domain/editTransaction.ts'

export type RememberedTarget = {
  readonly startOffset: number
  readonly targetLength: number
  /** From the target's end to the document's. */
  readonly lengthAfter: number
  readonly beforeDigest: string
  readonly targetDigest: string
  readonly afterDigest: string
}

export type Digest = (text: string) => string

export function rememberTarget(target: EditTarget, documentText: string, digest: Digest): RememberedTarget {
  return {
    startOffset: target.startOffset,
    targetLength: target.endOffset - target.startOffset,
    lengthAfter: documentText.length - target.endOffset,
    beforeDigest: digest(documentText.slice(0, target.startOffset)),
    targetDigest: digest(target.originalText),
    afterDigest: digest(documentText.slice(target.endOffset)),
  }
}

/** Undefined: the document changed in a way that leaves the target's place uncertain. */
export function locateTarget(
  remembered: RememberedTarget,
  documentText: string,
  digest: Digest,
): EditTransaction | undefined {
  const { startOffset, targetLength, lengthAfter } = remembered
  const fromStart = startOffset
  const fromEnd = documentText.length - lengthAfter - targetLength
  const holdsTarget = (offset: number) =>
    offset >= 0 && digest(documentText.slice(offset, offset + targetLength)) === remembered.targetDigest
  const isAtStart = digest(documentText.slice(0, fromStart)) === remembered.beforeDigest && holdsTarget(fromStart)
  const isAtEnd =
    fromEnd >= 0 &&
    digest(documentText.slice(fromEnd + targetLength)) === remembered.afterDigest &&
    holdsTarget(fromEnd)
  // The same code twice, and each could be the one.
  if ((isAtStart && isAtEnd && fromStart !== fromEnd) || (!isAtStart && !isAtEnd)) return undefined
  const offset = isAtStart ? fromStart : fromEnd
  return openEdit(documentText, offset, offset + targetLength)
}
