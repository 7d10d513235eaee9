/**
 * Shows what the daemon wants a person to hear of, such as a key that its provider refused: one warning for each notice, with its own
 * words and what can be done as buttons. One that stands there unanswered is not shown twice.
 */
import type { Disposable } from 'vscode'
import type { DaemonConnection, NotificationOf } from '../daemon/connection.ts'

export type NoticePorts = {
  /** Resolves with the button; undefined: it was dismissed. */
  readonly warn: (message: string, actions: readonly string[]) => PromiseLike<string | undefined>
  readonly run: (command: string) => PromiseLike<unknown>
  readonly log: (message: string) => void
}

type Notice = NotificationOf<'notice'>

/** Holds over reconnections. */
export function showNotices(
  { onNotification }: Pick<DaemonConnection, 'onNotification'>,
  ports: NoticePorts,
): Disposable {
  const unanswered = new Set<string>()
  const show = async ({ kind, message }: Notice) => {
    const commands = commandsOf(kind)
    unanswered.add(message)
    try {
      const chosen = await ports.warn(message, Object.keys(commands))
      const command = chosen === undefined ? undefined : commands[chosen]
      if (command !== undefined) await ports.run(command)
    } catch (error) {
      ports.log(`A notice could not be shown: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      unanswered.delete(message)
    }
  }
  return onNotification('notice', (notice) => {
    ports.log(notice.message)
    if (!unanswered.has(notice.message)) void show(notice)
  })
}

/** What each button runs. */
function commandsOf(kind: Notice['kind']): Readonly<Record<string, string>> {
  switch (kind) {
    case 'key-refused':
      return { 'Open Configuration': 'waybill.openConfiguration', 'Show Log': 'waybill.showLog' }
    case 'budget-mark':
    case 'endpoint-barred':
      return { 'Open Panel': 'waybill.openPanel', 'Open Configuration': 'waybill.openConfiguration' }
  }
}
