// Makes SIGTERM and SIGHUP an ordinary exit of this process, so that its exit listeners clean up; without it they never run.
// SIGINT too, unless something else listens for it. Calling it again changes nothing.

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

export function exitOnSignals(): void {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(exitCodes[signal]))
  }
}
