/**
 * Says how a prompt went wrong, once, with what can be done about it as buttons. What the user asked for (a stop) is not said.
 */
import * as vscode from 'vscode'
import type { FailureKind } from '../../shared/domain/failure.ts'
import type { WorkspaceRef } from '../../shared/protocol/workspace.ts'
import type { DaemonConnection } from '../daemon/connection.ts'
import { failureOf } from '../daemon/requestFailure.ts'
import type { RequestEnd } from './followRequest.ts'

export type FailureSurroundings = {
  readonly connection: DaemonConnection
  readonly workspace: WorkspaceRef | undefined
  readonly runAgain: () => Promise<void>
}

type Action = 'Use the Practice Provider' | 'Open Configuration' | 'Run Again' | 'Show Log'

/** Does not wait for the user's answer. */
export function showUnhappyEnd(end: RequestEnd, surroundings: FailureSurroundings): void {
  switch (end.kind) {
    case 'succeeded':
    case 'cancelled':
      return
    case 'incomplete':
    case 'lost':
      showActions(end.message, ['Run Again'], surroundings)
      return
    case 'failed':
      showActions(end.failure.message, actionsOf(end.failure.kind), surroundings)
  }
}

/** For what is thrown before a request is sent, such as a daemon that cannot be started. */
export function showError(error: unknown): void {
  const failure = failureOf(error)
  void vscode.window.showErrorMessage(failure.message, 'Show Log').then((chosen) => {
    if (chosen !== undefined) void vscode.commands.executeCommand('waybill.showLog')
  })
}

function actionsOf(kind: FailureKind): readonly Action[] {
  switch (kind) {
    case 'no-endpoint':
      return ['Use the Practice Provider', 'Open Configuration']
    case 'bad-credentials':
    case 'payment-required':
    case 'not-found':
      return ['Open Configuration', 'Use the Practice Provider']
    case 'budget-exhausted':
      return ['Open Configuration']
    case 'invalid-request':
    case 'context-too-long':
    case 'content-filtered':
    case 'refused':
    case 'too-large':
      return []
    case 'ledger-unavailable':
    case 'protocol-violation':
      return ['Run Again', 'Show Log']
    case 'rate-limited':
    case 'overloaded':
    case 'provider-error':
    case 'timeout':
    case 'unreachable':
    case 'truncated':
    case 'draining':
    case 'cancelled':
      return ['Run Again']
  }
}

function showActions(message: string, actions: readonly Action[], surroundings: FailureSurroundings): void {
  void vscode.window.showErrorMessage(message, ...actions).then((chosen) => {
    if (chosen !== undefined) act(chosen, surroundings).catch(showError)
  })
}

async function act(action: Action, { connection, workspace, runAgain }: FailureSurroundings): Promise<void> {
  switch (action) {
    case 'Use the Practice Provider':
      await connection.ensureConnected()
      // Nothing is open that a choice could be kept for: then this once is all that can be done, and the profile must be named elsewhere.
      if (workspace === undefined) {
        throw new Error('a practice profile is chosen per workspace: open a folder or a file first')
      }
      await connection.request('profilesSet', { workspace, profile: 'practice' })
      return runAgain()
    case 'Open Configuration':
      await vscode.commands.executeCommand('waybill.openConfiguration')
      return
    case 'Run Again':
      return runAgain()
    case 'Show Log':
      await vscode.commands.executeCommand('waybill.showLog')
  }
}
