/** Connects a verb to the daemon for as long as its work takes. Throws NoDaemonError when there is none to be had. */
import type { Topic } from '../../shared/protocol/hello.ts'
import type { StartOptions } from './daemonAccess.ts'
import { LostDaemonError, NoDaemonError } from './daemonAccess.ts'
import { connectClient, type DaemonClient, type Refused } from './daemonClient.ts'
import type { VerbContext } from './verb.ts'

export async function withClient<Result>(
  context: VerbContext,
  work: (client: DaemonClient) => Promise<Result>,
  { subscribe = [], ...start }: StartOptions & { readonly subscribe?: readonly Topic[] } = {},
): Promise<Result> {
  const client = await connectedClient(context, start, subscribe)
  try {
    return await work(client)
  } finally {
    client.close()
  }
}

const maxTries = 3

/** A client to close. A daemon may be on its way out when it is found: nothing was asked of it yet, so the next one will do. */
export async function connectedClient(
  context: VerbContext,
  start: StartOptions = {},
  subscribe: readonly Topic[] = [],
): Promise<DaemonClient> {
  for (let tries = 1; ; tries += 1) {
    const reached = await context.daemons.findOrStart(start)
    if (typeof reached === 'string') throw new NoDaemonError(reached)
    try {
      return await connectClient(reached, context, subscribe)
    } catch (error) {
      if (!(error instanceof LostDaemonError) || tries === maxTries) throw error
    }
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
