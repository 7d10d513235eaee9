/**
 * Says what is wrong with a configuration: dotted place, what was expected, what was found. Values of `key` and of
 * URLs are never quoted. `shapeProblems`: it does not fit the schema and cannot be in force. `referenceProblems`: it
 * names models, providers or profiles that do not exist. `ignoredProblems`: it has fields that nobody reads. With the
 * last two kinds it is in force.
 */
import type * as z from 'zod'
import type { ConfigProblem } from '../../shared/protocol/status.ts'
import { type Config, configSchema, reservedPrefix } from './configSchema.ts'
import { unknownFieldsOf } from './unknownFields.ts'

export function shapeProblems(file: string, content: unknown, error: z.ZodError): readonly ConfigProblem[] {
  return error.issues.map((issue) => ({
    file,
    place: issue.path.length === 0 ? 'the top level' : issue.path.join('.'),
    expected: expectedBy(issue),
    found: isNewerSchema(content, issue.path)
      ? `${describe(content, ['schema'])}: a newer Waybill wrote it, update this one`
      : foundBy(content, issue),
    effect: 'refused',
  }))
}

export function referenceProblems(file: string, config: Config): readonly ConfigProblem[] {
  const providers = Object.entries(config.providers ?? {})
  const providerIds = new Set<string>(providers.map(([id]) => id))
  const models = new Set<string>(providers.flatMap(([, provider]) => provider.models ?? []).map(({ model }) => model))
  // What a catalogue or a provider's own list knows is not to be seen here.
  const hasCatalogue = providers.some(
    ([, { kind, catalog }]) => kind !== 'practice' && kind !== 'custom' && catalog !== false,
  )
  const ofProfiles = Object.entries(config.profiles ?? {}).flatMap(([name, profile]) => {
    const { order, only, ignore } = profile.provider ?? {}
    const named = Object.entries({ order, only, ignore })
    return [
      ...unknownNames(hasCatalogue ? [] : profile.models, models).map(([index, model]) => ({
        file,
        place: `profiles.${name}.models.${index}`,
        expected: 'a model that one of the providers declares under "models"',
        found: quote(model),
        effect: 'leads-nowhere' as const,
      })),
      ...named.flatMap(([field, ids]) =>
        unknownNames(ids ?? [], providerIds).map(([index, id]) => ({
          file,
          place: `profiles.${name}.provider.${field}.${index}`,
          expected: 'the name of a provider that stands under "providers"',
          found: quote(id),
          effect: 'leads-nowhere' as const,
        })),
      ),
    ]
  })
  return [...ofProfiles, ...profileNameProblems(file, config)]
}

/** Where a profile is named by itself: the default, and what a budget goes on with. */
function profileNameProblems(file: string, { profiles, defaultProfile, budgets }: Config): readonly ConfigProblem[] {
  const places = [
    ['defaultProfile', defaultProfile] as const,
    ...Object.entries(budgets ?? {}).map(([name, budget]) => [`budgets.${name}.whenSpent`, budget.whenSpent] as const),
  ]
  const names = new Set<string>([...builtInNames, ...Object.keys(profiles ?? {})])
  return places.flatMap(([place, name]) =>
    unknownNames(name === undefined ? [] : [name], names).map(([, found]) => ({
      file,
      place,
      expected: 'the name of a profile that stands under "profiles"',
      found: quote(found),
      effect: 'leads-nowhere' as const,
    })),
  )
}

/** Practice ones begin with a prefix of their own and are no default. */
const builtInNames = ['default', 'balanced', 'cheap', 'fast', 'best', 'local-only', 'auto']

/** `content` fits the schema. */
export function ignoredProblems(file: string, content: unknown): readonly ConfigProblem[] {
  return unknownFieldsOf(configSchema, content).map(({ path, knownNames }) => ({
    file,
    place: path.map(shortened).join('.'),
    expected: `one of ${knownNames.map(quote).join(', ')}`,
    found: quote(path.at(-1) ?? ''),
    effect: 'ignored',
  }))
}

function unknownNames(names: readonly string[], known: ReadonlySet<string>): readonly (readonly [number, string])[] {
  return [...names.entries()].filter(([, name]) => !known.has(name) && !name.startsWith(reservedPrefix))
}

function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues.map(expectedBy).join(' and ')
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return issue.errors.flat().map(expectedBy).join(' or ')
  // zod's messages read `Invalid input: expected X, received Y`; ours begin with `expected`.
  const words = issue.message.replace(/^.*?expected /i, '').replace(/, received .*$/, '')
  return typeWords.get(words) ?? words
}

const typeWords: ReadonlyMap<string, string> = new Map([
  ['object', 'an object'],
  ['record', 'an object'],
  ['array', 'a list'],
  ['string', 'a string'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
])

function foundBy(content: unknown, issue: z.core.$ZodIssue): string {
  const { path } = issue
  if (issue.code === 'invalid_key') return quote(String(path.at(-1)))
  const value = valueAt(content, path)
  if (value === undefined) return 'nothing'
  if (path.includes('key')) return 'a literal value'
  if (typeof value === 'string') {
    const isQuotable = issue.code !== 'invalid_type' && path.at(-1) !== 'baseUrl' && path.at(-1) !== 'proxy'
    return isQuotable ? quote(value) : 'a string'
  }
  return describe(content, path)
}

function describe(content: unknown, path: readonly PropertyKey[]): string {
  const value = valueAt(content, path)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return JSON.stringify(value)
}

const longestQuote = 60

function shortened(name: string): string {
  return name.length <= longestQuote ? name : `${name.slice(0, longestQuote)}…`
}

function quote(text: string): string {
  return text.length <= longestQuote ? JSON.stringify(text) : `a string of ${text.length} characters`
}

function isNewerSchema(content: unknown, path: readonly PropertyKey[]): boolean {
  const schema = valueAt(content, path)
  return path.length === 1 && path[0] === 'schema' && typeof schema === 'number' && schema > currentSchema
}

const currentSchema = configSchema.unwrap().shape.schema.value

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    content,
  )
}
