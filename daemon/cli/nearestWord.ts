/** What a person may have meant by a mistyped word: the known one that the fewest mistakes lead to. Pure. */

/** Undefined when none is near: at most one mistake for three characters begun; two letters swapped are two. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const maxMistakes = Math.ceil(word.length / 3)
  const [nearest] = known
    .map((candidate) => ({ candidate, mistakes: mistakesBetween(word, candidate) }))
    .filter(({ mistakes }) => mistakes <= maxMistakes)
    .sort((left, right) => left.mistakes - right.mistakes)
  return nearest?.candidate
}

/** Levenshtein's distance: characters to put in, leave out or replace. One row of the table at a time. */
function mistakesBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [fromIndex, fromCharacter] of [...from].entries()) {
    const next = [fromIndex + 1]
    for (const [toIndex, toCharacter] of [...to].entries()) {
      const replaced = (row[toIndex] ?? 0) + (fromCharacter === toCharacter ? 0 : 1)
      next.push(Math.min(replaced, (row[toIndex + 1] ?? 0) + 1, (next[toIndex] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
