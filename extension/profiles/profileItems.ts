/** What the profile pick lists: every profile, the one in use marked, and the way back to the default. Pure. */
import type { ProfileName } from '../../shared/domain/ids.ts'
import type { ProfileSummary } from '../../shared/domain/profile.ts'
import type { ResultOf } from '../daemon/connection.ts'

export type ProfileItem = {
  readonly label: string
  readonly description: string
  /** Missing where the name says it all. */
  readonly detail?: string
  /** Undefined: takes this workspace's choice back. */
  readonly profile: ProfileName | undefined
  readonly isCurrent: boolean
}

export function profileItemsOf({ profiles, current }: ResultOf<'profiles'>): readonly ProfileItem[] {
  const items = profiles.map((profile) => itemOf(profile, current))
  if (current.source !== 'workspace-choice') return items
  return [
    ...items,
    {
      label: '$(discard) Use the default',
      description: 'takes this workspace’s choice back',
      profile: undefined,
      isCurrent: false,
    },
  ]
}

function itemOf(profile: ProfileSummary, current: ResultOf<'profiles'>['current']): ProfileItem {
  const isCurrent = profile.name === current.profile
  const parts = [modelsOf(profile), ...(profile.isPractice ? ['practice'] : []), ...(isCurrent ? [useOf(current)] : [])]
  const detail = profile.description.trim()
  return {
    label: `${isCurrent ? '$(check)' : '$(blank)'} ${profile.name}`,
    description: parts.join(', '),
    ...(detail === '' ? {} : { detail }),
    profile: profile.name,
    isCurrent,
  }
}

function modelsOf({ models, endpointCount }: ProfileSummary): string {
  if (endpointCount === 0) return 'no endpoint yet'
  const slugs = models.map((model) => model.slice(model.indexOf('/') + 1))
  const named = slugs.slice(0, 2)
  const more = slugs.length - named.length
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ')
}

function useOf(current: ResultOf<'profiles'>['current']): string {
  switch (current.source) {
    case 'workspace-choice':
      return 'chosen here'
    case 'workspace-file':
      return 'named in .waybill.json'
    case 'default':
      return 'the default'
    case 'request':
      return 'in use'
  }
}
