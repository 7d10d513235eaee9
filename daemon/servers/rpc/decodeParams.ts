/**
 * Params of a request, decoded by the schema of its method. An error names the place, what was expected and the type
 * of what was found; never a value but a number, because values are prompts and code.
 */
import { ResponseError } from 'vscode-jsonrpc/node'
import type * as z from 'zod'
import { rpcErrorCodes } from '../../../shared/protocol/errors.ts'

type Decoded<Value> = { readonly value: Value; readonly error?: never } | { readonly error: ResponseError<void> }

/** Missing params are taken as `{}`, so that methods whose params are all optional need none. */
export function decodeParams<Schema extends z.ZodType>(
  method: string,
  schema: Schema,
  params: unknown,
): Decoded<z.infer<Schema>> {
  const given = params === undefined || params === null ? {} : params
  const decoded = schema.safeParse(given)
  if (decoded.success) return { value: decoded.data }
  const problems = decoded.error.issues.slice(0, maxProblems).map((issue) => describeIssue(issue, given))
  return { error: new ResponseError(rpcErrorCodes.invalidParams, `${method}: ${problems.join('; ')}`) }
}

const maxProblems = 3

function describeIssue(given: z.core.$ZodIssue, params: unknown): string {
  const issue = meantIssue(given)
  const place = ['params', ...issue.path.map(String)].join('.')
  // A rule over several fields says itself what it found.
  const found = issue.code === 'custom' ? '' : `, found ${typeNameOf(valueAt(params, issue.path))}`
  return `${place}: ${expectationOf(issue)}${found}`
}

/** If the value is of the type of just one form, what is wrong with it lies deeper, and that form says where. */
function meantIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const [meant, another] = issue.errors.filter((issues) => !issues.some(isOtherType))
  const [deeper] = meant ?? []
  if (deeper === undefined || another !== undefined) return issue
  return meantIssue({ ...deeper, path: [...issue.path, ...deeper.path] })
}

function isOtherType(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0
}

/** The forms that a union takes, such as `a string or a list`. */
function formsOf(alternatives: readonly (readonly z.core.$ZodIssue[])[]): string {
  const types = alternatives.flatMap((issues) =>
    issues.flatMap((issue) => (issue.code === 'invalid_type' && issue.path.length === 0 ? [issue.expected] : [])),
  )
  return types.map((type) => formNames.get(type) ?? type).join(' or ') || 'another form'
}

const formNames: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['number', 'a number'],
  ['array', 'a list'],
  ['object', 'an object'],
])

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
    case 'invalid_union':
      return issue.discriminator === undefined
        ? `expected ${formsOf(issue.errors)}`
        : `expected a known ${issue.discriminator}`
    case 'too_small':
      return `expected at least ${issue.minimum}`
    case 'too_big':
      return `expected at most ${issue.maximum}`
    default:
      return issue.message
  }
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = params
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function typeNameOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'number') return `the number ${value}`
  if (typeof value === 'string') return `a string of ${value.length} characters`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
