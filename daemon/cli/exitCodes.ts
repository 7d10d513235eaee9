/** How every verb of the command line ends. PROTOCOL.md and `waybill help` carry the same list. */
export const exitCodes = {
  /** It did what was asked. */
  ok: 0,
  /** The request failed, or a check of `doctor` did. */
  failed: 1,
  /** The command line was wrong: nothing was done. */
  usage: 2,
  /** No daemon could be reached or started, or it went away in mid-request. */
  noDaemon: 3,
  /** Ctrl+C: the upstream call was closed first. 128 + SIGINT, as shells write it. */
  cancelled: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
