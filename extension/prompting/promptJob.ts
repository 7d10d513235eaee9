/** One prompt about to be sent: its names for people, and its message to the daemon. */
import { randomUUID } from 'node:crypto'
import { basename } from 'node:path/posix'
import * as vscode from 'vscode'
import type { CodeSelection } from '../../shared/domain/prompt.ts'
import type { WorkspaceRef } from '../../shared/protocol/workspace.ts'
import type { ParamsOf } from '../daemon/connection.ts'
import type { ChosenPrompt } from './choosePrompt.ts'
import type { PromptTarget } from './promptTarget.ts'

export type PromptJob = {
  readonly requestId: string
  /** The prompt's title without its ellipsis, such as `Refactor`. */
  readonly title: string
  /** `Explain totals.ts 41–50`. */
  readonly heading: string
  readonly target: PromptTarget
  readonly params: ParamsOf<'chat'>
}

export type JobSurroundings = {
  readonly workspace: WorkspaceRef | undefined
  /** The last answer to this prompt on this code, if it was not wanted. */
  readonly followsRejected: string | undefined
}

export function promptJobOf(
  { prompt, text }: ChosenPrompt,
  target: PromptTarget,
  { workspace, followsRejected }: JobSurroundings,
): PromptJob {
  const requestId = randomUUID()
  const title = prompt.title.replace('…', '')
  return {
    requestId,
    title,
    heading: `${title} ${placeWords(target)}`,
    target,
    params: {
      requestId,
      prompt: { name: prompt.name, code: codeOf(target), ...(text === undefined ? {} : { text }) },
      ...(workspace === undefined ? {} : { workspace }),
      ...(followsRejected === undefined ? {} : { followsRejected }),
      canRewind: true,
      onDisconnect: 'hold',
    },
  }
}

export function fileNameOf(uri: vscode.Uri): string {
  return basename(uri.path)
}

/** `totals.ts 41–50`. */
function placeWords({ document, range }: PromptTarget): string {
  const first = range.start.line + 1
  // A selection that ends before a line's first character does not take that line in.
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1
  return `${fileNameOf(document.uri)} ${first === last ? first : `${first}–${last}`}`
}

function codeOf({ document, range }: PromptTarget): CodeSelection {
  const diagnostics = vscode.languages
    .getDiagnostics(document.uri)
    .filter((diagnostic) => diagnostic.range.intersection(range) !== undefined)
    .map((diagnostic) => `line ${diagnostic.range.start.line + 1}: ${diagnostic.message}`)
  return {
    text: document.getText(range),
    language: document.languageId,
    path: pathOf(document.uri),
    startLine: range.start.line + 1,
    ...(diagnostics.length === 0 ? {} : { diagnostics }),
  }
}

/** As the workspace knows it; where else a file lies on this machine is nobody's business. */
function pathOf(uri: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(uri) === undefined ? fileNameOf(uri) : vscode.workspace.asRelativePath(uri)
}
