/** The Markdown of an answer, while it comes and when it has ended; nothing in it can make the preview fetch anything. Pure. */
import { fencedBlocksOf } from '../../shared/domain/fences.ts'
import type { RequestEnd } from './followRequest.ts'
import { requestSummaryOf } from './requestSummary.ts'
import { phaseWords, type RequestView } from './requestView.ts'
import { safeMarkdownOf } from './safeMarkdown.ts'

export function markdownSoFarOf(heading: string, view: RequestView): string {
  const { text } = view.drawn
  const body = text === '' ? `*${escaped(phaseWords(view))}…*` : safeMarkdownOf(plain(text))
  return `${headingOf(heading)}${body}\n`
}

/** `text` is what was drawn last: a stopped or failed answer keeps what it had said. */
export function endedMarkdownOf(heading: string, text: string, end: RequestEnd): string {
  const body = safeMarkdownOf(plain(text).trimEnd())
  const open = fencedBlocksOf(body).find((block) => !block.isClosed)
  // Else the lines below would be part of the code block that never ended.
  const closing = open === undefined ? '' : `\n${open.closingLine}`
  const lines = [endWords(end), end.waybill === undefined ? undefined : requestSummaryOf(end.waybill)]
  const footer = lines.filter((line) => line !== undefined).map((line) => `*${escaped(line)}*`)
  return `${headingOf(heading)}${body}${closing}\n\n---\n\n${footer.join('\n\n')}\n`
}

function endWords(end: RequestEnd): string | undefined {
  switch (end.kind) {
    case 'succeeded':
    case 'in-use':
    case 'detached':
      return undefined
    case 'cancelled':
      return 'Stopped.'
    case 'incomplete':
    case 'lost':
    case 'taken-over':
      return end.message
    case 'failed':
      return end.failure.message
  }
}

function headingOf(heading: string): string {
  return `## ${escaped(heading)}\n\n`
}

/** Names and messages are no Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&').replace(/\s+/g, ' ')
}

function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}
