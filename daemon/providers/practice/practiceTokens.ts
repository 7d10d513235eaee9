/**
 * Tokens as the practice providers count them: a word, or a single other character that is no white space. A true and
 * exact count of what passed; no model's tokenizer. Never more than the text has bytes.
 */

export function countPracticeTokens(text: string): number {
  return text.match(practiceToken)?.length ?? 0
}

/** The text up to and with its token number `maxTokens`; the whole text if it has no more. */
export function cutToPracticeTokens(text: string, maxTokens: number): string {
  let count = 0
  for (const match of text.matchAll(practiceToken)) {
    count += 1
    if (count === maxTokens) {
      const end = match.index + match[0].length
      return text.slice(end).trim() === '' ? text : text.slice(0, end)
    }
  }
  return text
}

const practiceToken = /[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu
