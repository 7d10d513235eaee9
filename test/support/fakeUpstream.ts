/** An upstream that plays what a test says: one list of steps for each attempt, in order. */
import type { Upstream, UpstreamCall, UpstreamEvent } from '../../daemon/gateway/ports.ts'

export type UpstreamStep =
  /** One read. */
  | readonly UpstreamEvent[]
  /** Nothing more comes until the caller gives up. */
  | 'hang'
  /** Goes on when the promise settles. */
  | Promise<void>

export type FakeUpstream = Upstream & {
  readonly calls: readonly UpstreamCall[]
  /** Calls whose iteration has ended, in whichever way. */
  readonly closedCount: () => number
}

export function createFakeUpstream(attempts: readonly (readonly UpstreamStep[])[]): FakeUpstream {
  const calls: UpstreamCall[] = []
  let closed = 0
  return {
    calls,
    closedCount: () => closed,
    encode: ({ request }) => JSON.stringify(request),
    stream: async function* (call, signal) {
      const steps = attempts[calls.length] ?? []
      calls.push(call)
      try {
        yield* playSteps(steps, signal)
      } finally {
        closed += 1
      }
    },
  }
}

export async function* playSteps(
  steps: readonly UpstreamStep[],
  signal: AbortSignal,
): AsyncGenerator<readonly UpstreamEvent[]> {
  for (const step of steps) {
    if (signal.aborted) return
    if (step === 'hang') await aborted(signal)
    else if (step instanceof Promise) await Promise.race([step, aborted(signal)])
    else yield step
  }
}

export const head: UpstreamEvent = { type: 'head', httpStatus: 200 }

export function text(value: string): UpstreamEvent {
  return { type: 'text', text: value }
}

export function usage(inputTokens: number, outputTokens: number): UpstreamEvent {
  return { type: 'usage', usage: { inputTokens, outputTokens } }
}

export const done: UpstreamEvent = { type: 'done', finishReason: 'stop' }

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
