/** Connects a verb to the daemon for as long as its work takes. Throws NoDaemonError when there is none to be had. */
import type { Topic } from '../../shared/protocol/hello.ts'
import type { StartOptions } from './daemonAccess.ts'
import { NoDaemonError } from './daemonAccess.ts'
import { connectClient, type DaemonClient, type Refused } from './daemonClient.ts'
import type { VerbContext } from './verb.ts'

export async function withClient<Result>(
  context: VerbContext,
  work: (client: DaemonClient) => Promise<Result>,
  { subscribe = [], ...start }: StartOptions & { readonly subscribe?: readonly Topic[] } = {},
): Promise<Result> {
  const reached = await context.daemons.findOrStart(start)
  if (typeof reached === 'string') throw new NoDaemonError(reached)
  const client = await connectClient(reached, context, subscribe)
  try {
    return await work(client)
  } finally {
    client.close()
  }
}

/** An answer that has to be there: a refusal becomes a RefusedError, which the dispatcher prints. */
export function resultOf<Result>(answer: { readonly result: Result } | { readonly refused: Refused }): Result {
  if ('result' in answer) return answer.result
  throw new RefusedError(answer.refused)
}

export class RefusedError extends Error {
  readonly refused: Refused

  constructor(refused: Refused) {
    super(refused.message)
    this.refused = refused
  }
}
