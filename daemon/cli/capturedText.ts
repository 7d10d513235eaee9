/** What was captured of a request, as a person reads it: made safe to draw, because a model wrote the half of it. */
import type { Captured } from '../../shared/protocol/journal.ts'
import { withoutControls } from './controlFilter.ts'
import { inkOf } from './ink.ts'
import type { Terminal } from './terminal.ts'

export function renderCaptured({ messages, answer }: Captured, terminal: Pick<Terminal, 'isColored'>): string {
  const { dim } = inkOf(terminal)
  const parts = [...messages, { role: 'answer', text: answer }]
  return parts.map(({ role, text }) => `\n${dim(`${role}:`)}\n${withoutControls(text).trimEnd()}\n`).join('')
}
