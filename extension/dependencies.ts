/** What the composition root (main.ts) gives to each feature of the extension. Types alone. */
import type { LogOutputChannel, Uri } from 'vscode'
import type { WorkspaceRef } from '../shared/protocol/workspace.ts'
import type { DaemonConnection } from './daemon/connection.ts'
import type { RunningRequests } from './prompting/runningRequests.ts'

export type ExtensionDependencies = {
  readonly connection: DaemonConnection
  /** The output channel "Waybill". Never a key, a prompt or an answer. */
  readonly log: LogOutputChannel
  /** The prompts of this window that are under way, for the status item. */
  readonly running: RunningRequests
  /** The workspace of a document (default: of the active editor, else the first folder); undefined when nothing is open. */
  readonly workspaceRefOf: (document?: Uri) => WorkspaceRef | undefined
}
