/** The last requests, one row each; a row unfolds into its waybill: why, every attempt, what was rejected, who asked. */
import type { AttemptView, RequestView, Tone, WaybillView } from '../viewModel.ts'
import { type Child, h } from './dom.ts'
import { type Drawing, drawPracticeTag } from './drawing.ts'

export function drawRequests(requests: readonly RequestView[], drawing: Drawing): Child {
  return h(
    'section',
    { key: 'requests', 'aria-labelledby': 'requests-title' },
    h(
      'header',
      { class: 'title' },
      h('h2', { id: 'requests-title' }, 'Requests'),
      h('span', { class: 'dim' }, `last ${requests.length}`),
    ),
    h(
      'table',
      { class: 'requests', role: 'table', 'aria-labelledby': 'requests-title' },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...columns.map(drawColumn))),
      h('tbody', { role: 'rowgroup' }, ...requests.flatMap((request) => drawRequest(request, drawing))),
    ),
  )
}

// The roles are explicit because rows become grids when the panel is narrow, and grids lose the roles of a table.
const columns = [
  { name: 'time', label: 'Time' },
  { name: 'prompt', label: 'Prompt' },
  { name: 'model', label: 'Model' },
  { name: 'outcome', label: 'Outcome' },
  { name: 'first-text number', label: 'TTFT' },
  { name: 'total number', label: 'Total' },
  { name: 'cost number', label: 'Cost' },
] as const

function drawColumn({ name, label }: (typeof columns)[number]): Child {
  return h('th', { role: 'columnheader', scope: 'col', class: name }, label)
}

function drawRequest(request: RequestView, drawing: Drawing): readonly Child[] {
  const isOpen = drawing.expanded.has(request.requestId)
  const detailsId = `waybill-${request.requestId}`
  const toggle = () => drawing.actions.toggle(request.requestId)
  const row = h(
    'tr',
    {
      role: 'row',
      key: request.requestId,
      class: isOpen ? 'row open' : 'row',
      // A shortcut for the pointer; the button in it is for everyone.
      onClick: toggle,
    },
    cell('time', request.time),
    cell(
      'prompt',
      h('button', {
        type: 'button',
        class: 'unfold',
        'aria-expanded': String(isOpen),
        'aria-controls': detailsId,
        'aria-label': `Waybill of ${request.prompt}, ${request.time}`,
        onClick: (event) => {
          event.stopPropagation()
          toggle()
        },
      }),
      request.prompt,
    ),
    cell(
      'model',
      h(
        'div',
        { class: 'named', title: `${request.model} ${request.provider}` },
        h('span', { class: 'cut' }, request.model, ' ', h('span', { class: 'dim' }, request.provider)),
        drawPracticeTag(request),
      ),
    ),
    cell(`outcome ${request.outcome.tone}`, drawOutcome(request.outcome)),
    cell('first-text number', request.firstText),
    cell('total number', request.total),
    cell('cost number', request.cost),
  )
  if (!isOpen) return [row]
  const details = h(
    'tr',
    { role: 'row', class: 'details', key: detailsId, id: detailsId },
    h('td', { role: 'cell', colspan: String(columns.length) }, drawWaybill(request.details)),
  )
  return [row, details]
}

function cell(name: string, ...children: readonly Child[]): Child {
  return h('td', { role: 'cell', class: name }, ...children)
}

/** A mark and a word: never colour alone. */
function drawOutcome({ text, tone }: { readonly text: string; readonly tone: Tone }): Child {
  return h('span', { class: `result ${tone}` }, h('span', { class: 'mark', 'aria-hidden': 'true' }, marks[tone]), text)
}

const marks: Readonly<Record<Tone, string>> = { quiet: '', noted: '↪', bad: '✕' }

function drawWaybill(waybill: WaybillView): Child {
  return h(
    'div',
    { class: 'waybill' },
    h('p', { class: 'why' }, h('strong', {}, waybill.why), ' ', waybill.policy),
    waybill.attempts.length === 0
      ? undefined
      : h(
          'div',
          { class: 'part' },
          h('h3', {}, 'Attempts'),
          h('ol', { class: 'attempts' }, ...waybill.attempts.map(drawAttempt)),
        ),
    waybill.untried.length === 0
      ? undefined
      : h(
          'div',
          { class: 'part' },
          h('h3', {}, 'Not needed'),
          h('ol', { class: 'plain' }, ...waybill.untried.map((endpoint) => h('li', {}, endpoint))),
        ),
    waybill.rejected.length === 0
      ? undefined
      : h(
          'div',
          { class: 'part' },
          h('h3', {}, 'Rejected'),
          drawPairs(waybill.rejected.map(({ endpoint, reason }) => ({ label: endpoint, value: reason }))),
        ),
    h('div', { class: 'part' }, h('h3', {}, 'Asked'), drawPairs(waybill.facts)),
  )
}

function drawAttempt(attempt: AttemptView): Child {
  return h(
    'li',
    { class: 'lined' },
    h(
      'p',
      { class: 'attempt' },
      h('span', { class: 'dim' }, attempt.number),
      h('span', {}, attempt.model, ' ', h('span', { class: 'dim' }, attempt.provider)),
      drawPracticeTag(attempt),
      drawOutcome(attempt.outcome),
      h('span', { class: 'attempt-cost' }, attempt.cost),
    ),
    h('p', { class: 'dim' }, `${attempt.timings}; ${attempt.tokens}`),
    ...attempt.costNotes.map((note) => h('p', { class: 'dim' }, note)),
    attempt.failure === undefined ? undefined : h('p', {}, attempt.failure),
    attempt.next === undefined ? undefined : h('p', { class: 'dim' }, attempt.next),
  )
}

function drawPairs(pairs: readonly { readonly label: string; readonly value: string }[]): Child {
  return h('dl', {}, ...pairs.flatMap(({ label, value }) => [h('dt', {}, label), h('dd', {}, value)]))
}
