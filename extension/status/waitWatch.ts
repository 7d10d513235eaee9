/**
 * While a prompt of this window waits because every endpoint is cooling: has the status item drawn each second, and asks the daemon once,
 * at the beginning, how its providers stand. `providers` is empty while nothing waits.
 */
import type { Disposable } from 'vscode'
import type { ResultOf } from '../daemon/connection.ts'
import type { RunningRequests } from '../prompting/runningRequests.ts'

type Providers = ResultOf<'status'>['providers']

export type WaitWatchPorts = {
  readonly running: RunningRequests
  readonly askProviders: () => Promise<Providers>
  readonly draw: () => void
  readonly log: (error: unknown) => void
  /** Calls back once after a delay; disposing forgets it. */
  readonly startTimer: (callback: () => void, delayMs: number) => Disposable
}

export type WaitWatch = Disposable & { readonly providers: () => Providers }

const countdownMs = 1000

export function watchWaits({ running, askProviders, draw, log, startTimer }: WaitWatchPorts): WaitWatch {
  let providers: Providers = []
  let wasWaiting = false
  let countdown: Disposable | undefined
  const isWaiting = () => running.list().some(({ phase }) => phase === 'cooling')

  const countDown = () => {
    countdown?.dispose()
    countdown = isWaiting() ? startTimer(countDown, countdownMs) : undefined
    draw()
  }
  const ask = async () => {
    try {
      const answered = await askProviders()
      if (!isWaiting()) return
      providers = answered
      draw()
    } catch (error) {
      // The wait itself is said without it.
      log(error)
    }
  }
  const listening = running.onChange(() => {
    const begins = isWaiting() && !wasWaiting
    wasWaiting = isWaiting()
    if (!wasWaiting) providers = []
    countDown()
    if (begins) void ask()
  })
  return {
    providers: () => providers,
    dispose: () => {
      listening.dispose()
      countdown?.dispose()
    },
  }
}
