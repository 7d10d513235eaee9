/** The panel's figures: the cards, the table by group, the last requests' frame, and the footnotes; or the words for none. */
import type { CardView, ContentView, TableRowView, TableView } from '../viewModel.ts'
import { type Child, h } from './dom.ts'
import { type Drawing, drawPracticeTag, type PageActions } from './drawing.ts'
import { drawRequests } from './drawRequests.ts'

export function drawContent(content: ContentView, drawing: Drawing): readonly Child[] {
  switch (content.kind) {
    case 'waiting':
      return [h('div', { class: 'cards', key: 'cards' }, ...waitingCards.map(drawCard))]
    case 'first-run':
      return [drawFirstRun(drawing.actions)]
    case 'figures':
      return [
        h('section', { class: 'cards', key: 'cards', 'aria-label': 'Summary' }, ...content.cards.map(drawCard)),
        drawTable(content.table, drawing),
        drawRequests(content.requests, drawing),
        h('footer', { class: 'foot', key: 'foot' }, ...content.footnotes.map((note) => h('p', {}, note))),
      ]
  }
}

/** Labels with a dash: never a spinner. */
const waitingCards: readonly CardView[] = [
  'Cost',
  'Requests',
  'Time to first token',
  'Total time',
  'Tokens',
  'Error rate',
].map((label) => ({ id: label, label, figures: [{ text: '–' }] }))

function drawCard(card: CardView): Child {
  return h(
    'div',
    { class: 'card', 'data-card': card.id },
    h('h2', {}, card.label),
    h(
      'p',
      { class: 'pair' },
      ...card.figures.flatMap(({ text, unit }) => [
        h('span', { class: 'figure' }, text, unit === undefined ? undefined : h('small', {}, `\u00a0${unit}`)),
        ' ',
      ]),
    ),
    card.note === undefined ? undefined : h('p', { class: 'note' }, card.note),
  )
}

function drawTable(table: TableView, drawing: Drawing): Child {
  return h(
    'section',
    { key: 'table', 'aria-labelledby': 'table-title' },
    h(
      'header',
      { class: 'title' },
      h('h2', { id: 'table-title' }, `By ${table.groupLabel.toLowerCase()}`),
      h('span', { class: 'dim' }, table.summary),
    ),
    table.empty === undefined ? drawRows(table) : drawEmpty(table.empty, drawing),
  )
}

function drawEmpty(empty: NonNullable<TableView['empty']>, drawing: Drawing): Child {
  return h(
    'p',
    { class: 'empty' },
    empty.text,
    ' ',
    empty.offersMonth
      ? h(
          'button',
          {
            type: 'button',
            class: 'button',
            onClick: () => drawing.actions.select({ ...drawing.selection, range: '30d' }),
          },
          'Show 30\u00a0d',
        )
      : undefined,
  )
}

function drawRows(table: TableView): Child {
  return h(
    'div',
    // Where the columns do not fit the table scrolls by itself, also by keyboard.
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-labelledby': 'table-title' },
    h(
      'table',
      { class: 'groups', role: 'table', 'aria-labelledby': 'table-title' },
      h(
        'thead',
        { role: 'rowgroup' },
        h(
          'tr',
          { role: 'row' },
          h('th', { role: 'columnheader', scope: 'col', class: 'group' }, table.groupLabel),
          ...columns.map(({ name, label }) =>
            h('th', { role: 'columnheader', scope: 'col', class: `${name} number` }, label),
          ),
        ),
      ),
      h('tbody', { role: 'rowgroup' }, ...table.rows.map(drawRow)),
    ),
  )
}

type Column = { readonly name: string; readonly label: string; readonly of: (row: TableRowView) => string }

// The roles are explicit because rows become grids when the panel is narrow, and grids lose the roles of a table.

const columns: readonly Column[] = [
  { name: 'requested', label: 'Requests', of: (row) => row.requests },
  { name: 'share', label: 'Share', of: (row) => row.share },
  { name: 'first-text', label: 'TTFT p50', of: (row) => row.firstText },
  { name: 'p50', label: 'p50', of: (row) => row.p50 },
  { name: 'p99', label: 'p99', of: (row) => row.p99 },
  { name: 'tokens', label: 'Tokens', of: (row) => row.tokens },
  { name: 'errors', label: 'Errors', of: (row) => row.errorRate },
  { name: 'cost', label: 'Cost', of: (row) => row.cost },
]

function drawRow(row: TableRowView): Child {
  return h(
    'tr',
    { role: 'row', key: `${row.isPractice ? 'practice' : 'counted'} ${row.groupTitle}` },
    h(
      'th',
      { role: 'rowheader', scope: 'row', class: 'group', title: row.groupTitle },
      h('div', { class: 'named' }, h('span', { class: 'cut' }, row.group), drawPracticeTag(row)),
    ),
    ...columns.map(({ name, label, of }) =>
      h('td', { role: 'cell', class: `${name} number` }, h('span', { class: 'narrow-label' }, `${label} `), of(row)),
    ),
  )
}

function drawFirstRun(actions: PageActions): Child {
  return h(
    'div',
    { class: 'first', key: 'first' },
    h('h2', { class: 'lead' }, 'No requests yet'),
    h(
      'p',
      { class: 'dim' },
      'Every prompt you send gets a waybill: where it went, why, how long it took and what it cost. They add up here.',
    ),
    h(
      'ol',
      { class: 'steps' },
      step('1', 'Choose a profile', 'Which models may answer, in what order. It stays with this workspace.', {
        label: 'Choose a profile…',
        onClick: () => actions.act('pick-profile'),
      }),
      step('2', 'Run a prompt', 'Select code and press Ctrl+Alt+W, or run “Waybill: Run Prompt on Selection”.', {
        label: 'Run a prompt…',
        onClick: () => actions.act('run-prompt'),
      }),
    ),
    h(
      'p',
      { class: 'dim' },
      'No key at hand? Try with the practice provider: made-up answers, faults on demand, no cost. It is always labelled and never counted.',
    ),
  )
}

function step(
  number: string,
  title: string,
  text: string,
  button: { readonly label: string; readonly onClick: () => void },
): Child {
  return h(
    'li',
    { class: 'stage' },
    h('span', { class: 'step', 'aria-hidden': 'true' }, number),
    h('h3', {}, title),
    h('p', { class: 'dim' }, text),
    h('button', { type: 'button', class: 'button', onClick: button.onClick }, button.label),
  )
}
