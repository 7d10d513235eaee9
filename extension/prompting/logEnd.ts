/**
 * One line in the channel "Waybill" for every request that did not succeed, and once the name of the daemon's own log, which knows
 * more. Never code, never text of an answer.
 */
import type { LogOutputChannel } from 'vscode'
import type { DaemonConnection } from '../daemon/connection.ts'
import type { RequestEnd } from './followRequest.ts'

export type LogEnd = (requestId: string, end: RequestEnd) => void

export function createLogEnd(log: Pick<LogOutputChannel, 'info' | 'warn'>, connection: DaemonConnection): LogEnd {
  let namedFile: string | undefined
  const nameDaemonLog = async () => {
    if (connection.state().kind !== 'connected') return
    const { logFile } = await connection.request('status', {})
    if (logFile !== namedFile) log.info(`The daemon's own log: ${logFile}`)
    namedFile = logFile
  }
  return (requestId, end) => {
    const words = wordsOf(end)
    if (words === undefined) return
    log.warn(`Request ${requestId}: ${words}`)
    // What cannot be asked now is named with the next.
    nameDaemonLog().catch(() => undefined)
  }
}

function wordsOf(end: RequestEnd): string | undefined {
  switch (end.kind) {
    // Not ended, for all that is known: it goes on in another window, or in this one's next life.
    case 'in-use':
    case 'detached':
    case 'succeeded':
      return undefined
    case 'cancelled':
      return end.kind
    case 'incomplete':
    case 'lost':
    case 'taken-over':
      return `${end.kind}: ${end.message}`
    case 'failed':
      return `${end.failure.kind}: ${end.failure.message}`
  }
}
