/**
 * Says how a prompt went wrong, once, with what can be done about it as buttons. What the user asked for (a stop) is not said.
 */
import * as vscode from 'vscode'
import type { FailureKind } from '../../shared/domain/failure.ts'
import type { WorkspaceRef } from '../../shared/protocol/workspace.ts'
import type { DaemonConnection } from '../daemon/connection.ts'
import { failureOf, requestError } from '../daemon/requestFailure.ts'
import type { RequestEnd } from './followRequest.ts'

export type FailureSurroundings = {
  readonly connection: DaemonConnection
  readonly workspace: WorkspaceRef | undefined
  /** Undefined: on what it ran is not known. */
  readonly runAgain: (() => Promise<void>) | undefined
}

type Action = 'Use the Practice Provider' | 'Open Configuration' | 'Run Again' | 'Show Log'

/** Resolves when the user has answered or dismissed it and what was asked for is done; never rejects. */
export async function showUnhappyEnd(end: RequestEnd, surroundings: FailureSurroundings): Promise<void> {
  switch (end.kind) {
    case 'succeeded':
    case 'cancelled':
    case 'in-use':
    case 'detached':
      return
    case 'taken-over':
      return showActions(end.message, [], surroundings)
    case 'incomplete':
    case 'lost':
      return showActions(end.message, ['Run Again'], surroundings)
    case 'failed':
      return showActions(end.failure.message, actionsOf(end.failure.kind), surroundings)
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
    case 'cooling':
    case 'cancelled':
      return ['Run Again']
  }
}

async function showActions(
  message: string,
  actions: readonly Action[],
  surroundings: FailureSurroundings,
): Promise<void> {
  const possible = actions.filter((action) => action !== 'Run Again' || surroundings.runAgain !== undefined)
  const chosen = await vscode.window.showErrorMessage(message, ...possible)
  if (chosen === undefined) return
  try {
    await act(chosen, surroundings)
  } catch (error) {
    showError(error)
  }
}

async function act(action: Action, { connection, workspace, runAgain }: FailureSurroundings): Promise<void> {
  switch (action) {
    case 'Use the Practice Provider':
      // Nothing is open that a choice could be kept for.
      if (workspace === undefined) {
        const message =
          'The practice provider is chosen for a workspace, and none is open. Open a folder or a file first.'
        throw requestError({ kind: 'invalid-request', message })
      }
      await connection.ensureConnected()
      await connection.request('profilesSet', { workspace, profile: 'practice' })
      return runAgain?.()
    case 'Open Configuration':
      await vscode.commands.executeCommand('waybill.openConfiguration')
      return
    case 'Run Again':
      return runAgain?.()
    case 'Show Log':
      await vscode.commands.executeCommand('waybill.showLog')
  }
}
