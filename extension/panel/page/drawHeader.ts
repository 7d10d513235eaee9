/** The panel's head: which range, grouped by what, this workspace's profile, and whether the figures are live; and the banner when they are not. */
import type { StatsDimension } from '../../../shared/domain/stats.ts'
import { dimensionLabels, type PanelAction, rangeLabels } from '../messages.ts'
import type { ConnectionView, PanelView, StatsRange } from '../viewModel.ts'
import { type Child, h } from './dom.ts'
import type { PageActions } from './drawing.ts'

export function drawHeader(view: PanelView, actions: PageActions): Child {
  const { selection } = view
  return h(
    'header',
    { class: 'top' },
    h('h1', { class: 'for-reader' }, 'Waybill'),
    h(
      'div',
      { class: 'choice', role: 'group', 'aria-label': 'Time range' },
      ...(Object.keys(rangeLabels) as readonly StatsRange[]).map((range) =>
        h(
          'button',
          {
            type: 'button',
            'aria-pressed': String(range === selection.range),
            onClick: () => actions.select({ ...selection, range }),
          },
          rangeLabels[range],
        ),
      ),
    ),
    h(
      'label',
      { class: 'by' },
      h('span', { class: 'dim' }, 'by'),
      h(
        'select',
        {
          'aria-label': 'Group by',
          value: selection.groupBy,
          onChange: (event) => {
            const groupBy = (event.target as HTMLSelectElement).value as StatsDimension
            actions.select({ ...selection, groupBy })
          },
        },
        ...(Object.keys(dimensionLabels) as readonly StatsDimension[]).map((dimension) =>
          h('option', { value: dimension }, dimensionLabels[dimension]),
        ),
      ),
    ),
    drawProfile(view.profile, actions),
    h('span', { class: 'space' }),
    drawLiveness(view.connection),
  )
}

function drawProfile(profile: PanelView['profile'], actions: PageActions): Child {
  if (profile === undefined) return undefined
  const title = `Prompts of this workspace go by the profile ${profile.name}, ${profile.source}. Choose another.`
  return h(
    'button',
    {
      type: 'button',
      class: 'profile',
      title,
      'aria-label': `Profile ${profile.name}. ${title}`,
      onClick: () => actions.act('pick-profile'),
    },
    h('span', { class: 'dim' }, 'profile '),
    profile.name,
  )
}

function drawLiveness(connection: ConnectionView): Child {
  const [word, isLive] = livenessOf(connection)
  return h('span', { class: isLive ? 'live' : 'live not-live', role: 'status' }, word)
}

function livenessOf(connection: ConnectionView): readonly [word: string, isLive: boolean] {
  switch (connection.kind) {
    case 'live':
      return ['Live', true]
    case 'connecting':
      return ['Connecting', false]
    case 'not-running':
      return ['Not running', false]
    case 'lost':
      return ['Not connected', false]
    case 'problem':
      return ['No figures', false]
  }
}

/** `nextTryInSeconds` is worked out by the page, which counts down. */
export function drawBanner(connection: ConnectionView, nextTryInSeconds: number, actions: PageActions): Child {
  switch (connection.kind) {
    case 'live':
    case 'connecting':
      return undefined
    case 'not-running':
      return banner(connection.lead, [connection.rest], [button('Start Waybill', 'connect', actions)])
    case 'problem':
      return banner(connection.lead, [connection.rest], [button('Show the log', 'show-log', actions)])
    case 'lost': {
      const next = nextTryInSeconds > 0 ? `Trying again in ${nextTryInSeconds}\u00a0s.` : 'Trying again.'
      return banner(
        connection.lead,
        // A screen reader says the banner once, and not each second again.
        [h('span', { 'aria-live': 'off' }, next), ` ${connection.rest}`],
        [button('Try now', 'connect', actions), button('Show the log', 'show-log', actions)],
      )
    }
  }
}

function banner(lead: string, rest: readonly Child[], buttons: readonly Child[]): Child {
  return h(
    'div',
    { class: 'banner', role: 'status', key: 'banner' },
    h('p', { class: 'body' }, h('strong', {}, lead), ' ', ...rest),
    h('div', { class: 'buttons' }, ...buttons),
  )
}

function button(label: string, action: PanelAction, actions: PageActions): Child {
  return h('button', { type: 'button', class: 'button', onClick: () => actions.act(action) }, label)
}
