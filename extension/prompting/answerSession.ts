/**
 * An answer to read: streams as Markdown into a virtual document, drawn by the built-in Markdown preview beside the code. The
 * code keeps the focus. Ends with one line of its waybill.
 */
import * as vscode from 'vscode'
import { endedMarkdownOf, markdownSoFarOf } from './answerMarkdown.ts'
import { followJob } from './followJob.ts'
import type { FollowedRequest, RequestEnd } from './followRequest.ts'
import type { PromptingContext } from './promptingContext.ts'
import { nothingSeen } from './requestView.ts'

export type AnswerJob = {
  readonly requestId: string
  readonly title: string
  readonly heading: string
  readonly request: FollowedRequest
}

export async function runAnswer(context: PromptingContext, job: AnswerJob): Promise<RequestEnd> {
  const { answers, connection, running } = context
  const { requestId, title, heading, request } = job
  // The preview's tab is named after the file.
  const uri = answers.uriOf(requestId, `${heading.replaceAll('/', ' ')}.md`)
  let view = nothingSeen
  answers.show(uri, () => markdownSoFarOf(heading, view))
  const opened = openBeside(uri)
  const onView = (next: typeof view) => {
    view = next
    answers.show(uri, () => markdownSoFarOf(heading, view))
  }
  const end = await followJob({ connection, running, requestId, title, heading, request, onView })
  answers.show(uri, () => endedMarkdownOf(heading, view.drawn.text, end))
  await opened
  return end
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
