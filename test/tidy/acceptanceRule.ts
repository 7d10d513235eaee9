/**
 * Every row of test/ACCEPTANCE.md (`| demand | shown by | measured |`) names tests that exist, or says why there is none.
 * "Shown by" holds any number of references in backticks, `path` or `path › test name`, then perhaps `not done: why`.
 * A name exists if it stands between quotes in its file, as it is written there.
 */
import type { Repository, Rule } from './repository.ts'

const document = 'test/ACCEPTANCE.md'
const shortestReason = 10

export const everyAcceptanceRowIsTrue: Rule = (repository) => {
  const rows = rowsOf(repository.textOf(document))
  if (rows.length === 0) return [`${document}: has no row; write one for each demand`]
  return rows.flatMap((row) =>
    problemsOf(repository, row).map((problem) => `${document}: "${row.split('|')[1]?.trim()}" ${problem}`),
  )
}

function rowsOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith('|') && !/^\|( *-+ *\|)+$|^\| *demand *\|/.test(line))
}

function problemsOf(repository: Repository, row: string): readonly string[] {
  const cells = row.split('|').slice(1, -1)
  const shownBy = cells[1]
  if (cells.length !== 3 || shownBy === undefined)
    return [`has ${cells.length} cells instead of 3; write | demand | shown by | measured |`]
  const [shown = '', reason] = shownBy.split('not done:')
  const references = [...shown.matchAll(/`([^`]+)`/g)].map(([, reference]) => reference ?? '')
  const rest = shown.replaceAll(/`[^`]+`|[\s,;]/g, '')
  if (rest !== '') return [`says "${rest}" outside of backticks; name tests in backticks, or say "not done: why"`]
  if (reason !== undefined && reason.trim().length < shortestReason) return ['is not done without a reason; say why']
  if (reason === undefined && references.length === 0) return ['names no test; name one, or say "not done: why"']
  return references.flatMap((reference) => problemOfReference(repository, reference) ?? [])
}

function problemOfReference(repository: Repository, reference: string): string | undefined {
  const [path = '', name] = reference.split(' › ')
  if (!repository.paths.includes(path)) return `names ${path}, which does not exist; name the file that shows it`
  if (name === undefined) return undefined
  const text = repository.textOf(path)
  const isThere = ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote}`))
  return isThere ? undefined : `names the test "${name}", which ${path} does not have; name it as it is written there`
}
