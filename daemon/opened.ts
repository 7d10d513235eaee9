/** Takes what was opened out of its result; what was refused is thrown, with words for the user. Part of the composition root. */
import type { Failure } from '../shared/domain/failure.ts'

export function opened<Result extends { readonly state: 'opened' }>(
  result: Result | { readonly state: 'refused'; readonly failure: Failure },
): Result {
  if (result.state === 'refused') throw new Error(result.failure.message)
  return result
}
