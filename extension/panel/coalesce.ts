/**
 * Runs a task on request, but never twice at once and never more often than `gapMs` allows: requests that come meanwhile
 * become one further run. The first run starts at once. It is idle when nobody asks.
 */
import type { Disposable } from 'vscode'

export type CoalesceOptions = {
  /** Must not reject. */
  readonly run: () => Promise<void>
  /** From the end of a run to the start of the next. */
  readonly gapMs: number
  /** Calls back once after a delay; disposing forgets it. */
  readonly startTimer: (callback: () => void, delayMs: number) => Disposable
}

export type Coalesced = Disposable & { readonly request: () => void }

export function coalesce({ run, gapMs, startTimer }: CoalesceOptions): Coalesced {
  let state: 'idle' | 'busy' | 'busy-and-wanted' | 'disposed' = 'idle'
  let timer: Disposable | undefined

  const start = () => {
    state = 'busy'
    void run().finally(() => {
      if (state !== 'disposed') timer = startTimer(onGapOver, gapMs)
    })
  }
  const onGapOver = () => {
    if (state === 'busy-and-wanted') start()
    else if (state === 'busy') state = 'idle'
  }
  return {
    request: () => {
      if (state === 'idle') start()
      else if (state === 'busy') state = 'busy-and-wanted'
    },
    dispose: () => {
      state = 'disposed'
      timer?.dispose()
    },
  }
}

export function startSystemTimer(callback: () => void, delayMs: number): Disposable {
  const timer = setTimeout(callback, delayMs)
  return { dispose: () => clearTimeout(timer) }
}
