/** Words after a verb to its options and positionals. Throws a UsageError that says what was expected and what came. */
import { parseArgs } from 'node:util'
import { nearestWord } from './nearestWord.ts'
import { UsageError } from './usageError.ts'
import type { Verb, VerbArguments } from './verb.ts'

export function parseArguments(verb: Verb, words: readonly string[]): VerbArguments {
  const { values, positionals } = parsed(verb, words)
  const surplus = positionals[verb.maxPositionals]
  if (surplus !== undefined) {
    throw new UsageError(
      `expected at most ${verb.maxPositionals} words after \`${verb.name}\`, found also \`${surplus}\``,
    )
  }
  const all = (option: string): readonly string[] =>
    [values[option] ?? []].flat().filter((value): value is string => typeof value === 'string')
  return {
    positionals,
    text: (option) => all(option).at(-1),
    all,
    has: (option) => values[option] === true,
  }
}

function parsed(verb: Verb, words: readonly string[]): ReturnType<typeof parseArgs> {
  try {
    return parseArgs({ args: [...words], options: verb.options, allowPositionals: true, strict: true })
  } catch (error) {
    // Node's own messages name the option and what it takes.
    const message = error instanceof Error ? error.message : String(error)
    const [, given, long] = /^Option '([^']+)' argument is ambiguous.* use '(--[\w-]+)=/s.exec(message) ?? []
    if (long !== undefined) {
      throw new UsageError(`expected a value after ${given}; one that begins with - is given as ${long}=-5`)
    }
    throw new UsageError((message.split('. To specify')[0] ?? message) + suggestionFor(message, verb))
  }
}

function suggestionFor(message: string, verb: Verb): string {
  const [, option] = /^Unknown option '--([^']+)'/.exec(message) ?? []
  const nearest = option === undefined ? undefined : nearestWord(option, Object.keys(verb.options))
  return nearest === undefined ? '' : `; did you mean \`--${nearest}\`?`
}
