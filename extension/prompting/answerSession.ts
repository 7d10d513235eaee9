/**
 * An answer to read: streams as Markdown into a virtual document, drawn by the built-in Markdown preview beside the code. The
 * code keeps the focus. Ends with one line of its waybill; closes when it did not succeed and had said nothing.
 */
import * as vscode from 'vscode'
import { endedMarkdownOf, markdownSoFarOf } from './answerMarkdown.ts'
import { followJob } from './followJob.ts'
import type { FollowedRequest, RequestEnd } from './followRequest.ts'
import type { PromptingContext } from './promptingContext.ts'
import { nothingSeen } from './requestView.ts'

export type AnswerJob = {
  readonly requestId: string
  readonly documentUri: string
  readonly title: string
  readonly heading: string
  readonly request: FollowedRequest
}

export async function runAnswer(context: PromptingContext, job: AnswerJob): Promise<RequestEnd> {
  const { answers, connection, running } = context
  const { requestId, documentUri, title, heading, request } = job
  // The preview's tab is named after the file.
  const uri = answers.uriOf(requestId, `${heading.replaceAll('/', ' ')}.md`)
  let view = nothingSeen
  answers.show(uri, () => markdownSoFarOf(heading, view))
  let opened: Promise<void> | undefined
  const open = () => {
    opened ??= openBeside(uri)
  }
  // Whether there is anything to attach to, its first part tells.
  if (request.kind === 'send') open()
  const onView = (next: typeof view) => {
    view = next
    open()
    answers.show(uri, () => markdownSoFarOf(heading, view))
  }
  const end = await followJob({ connection, running, requestId, documentUri, title, heading, request, onView })
  if (end.kind === 'detached') return end
  answers.show(uri, () => endedMarkdownOf(heading, view.drawn.text, end))
  await opened
  if (end.kind !== 'succeeded' && view.drawn.text === '') await vscode.window.tabGroups.close(tabsOf(uri), true)
  return end
}

function tabsOf(uri: vscode.Uri): readonly vscode.Tab[] {
  const key = uri.toString()
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => {
      const isText = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
      return isText && input.uri.toString() === key
    })
}

async function openBeside(uri: vscode.Uri): Promise<void> {
  const look = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false }
  try {
    await vscode.commands.executeCommand('vscode.openWith', uri, 'vscode.markdown.preview.editor', look)
  } catch {
    // The built-in Markdown extension can be switched off; the text reads well enough.
    await vscode.window.showTextDocument(uri, look)
  }
}
