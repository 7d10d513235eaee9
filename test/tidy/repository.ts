/**
 * The files that make up the project, as the tidy rules see them: all that git tracks or would track. `withChanges`
 * gives the same repository with some files changed, added or (undefined) removed, so that a rule can be shown to fail.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Repository = {
  /** Relative to the root, with slashes, sorted. */
  readonly paths: readonly string[]
  /** Empty for a file that is not there. */
  readonly textOf: (path: string) => string
}

export type Changes = Readonly<Record<string, string | undefined>>

/** A rule answers with one line for each violation: `path: what is wrong; what to do`. */
export type Rule = (repository: Repository) => readonly string[]

export function readRepository(root: string): Repository {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const paths = listing.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))
  const texts = new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]))
  return { paths: [...texts.keys()], textOf: (path) => texts.get(path) ?? '' }
}

export function withChanges(repository: Repository, changes: Changes): Repository {
  const kept = repository.paths.filter((path) => !(path in changes))
  const added = Object.keys(changes).filter((path) => changes[path] !== undefined)
  return {
    paths: [...kept, ...added].sort(),
    textOf: (path) => (path in changes ? (changes[path] ?? '') : repository.textOf(path)),
  }
}
