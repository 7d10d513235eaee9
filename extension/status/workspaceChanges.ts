/**
 * Says when the workspace in front of the user became another one, and nothing at the many switches between editors of one
 * workspace. `workspaceChangesOf` takes the window's parts, so that it can be had without one.
 */
import { dirname } from 'node:path'
import type { Disposable } from 'vscode'
import type { WorkspaceRef } from '../../shared/protocol/workspace.ts'

export type WorkspaceChangesPorts = {
  readonly workspaceRefOf: () => WorkspaceRef | undefined
  /** Anything that may have changed it, such as another active editor. */
  readonly onMayHaveChanged: (listener: () => void) => Disposable
  /** Calls back once after a delay; disposing forgets it. */
  readonly startTimer: (callback: () => void, delayMs: number) => Disposable
}

/** Between two editors the window has none for a moment, which is no change. */
const settleMs = 100

export function workspaceChangesOf(ports: WorkspaceChangesPorts, listener: () => void): Disposable {
  let known = keyOf(ports.workspaceRefOf())
  let timer: Disposable | undefined
  const compare = () => {
    timer = undefined
    const key = keyOf(ports.workspaceRefOf())
    if (key === known) return
    known = key
    listener()
  }
  const subscription = ports.onMayHaveChanged(() => {
    timer ??= ports.startTimer(compare, settleMs)
  })
  return {
    dispose: () => {
      subscription.dispose()
      timer?.dispose()
    },
  }
}

/** Documents of one folder are of one workspace; those of two may not be: only the daemon sees what lies above them. */
function keyOf(ref: WorkspaceRef | undefined): string {
  const documentFolder = ref?.document === undefined ? undefined : dirname(ref.document)
  return JSON.stringify([ref?.folder, documentFolder, ref?.isTrusted])
}
