/** What the profile pick lists and says: every profile, the one in use marked, and the way back to the default. Pure. */
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

/** The row that is highlighted: the one that was, if it is still listed, so that a change elsewhere moves nobody's choice. */
export function activeItemOf<Item extends ProfileItem>(
  items: readonly Item[],
  highlighted: ProfileItem | undefined,
): Item | undefined {
  const kept = items.find((item) => highlighted !== undefined && item.profile === highlighted.profile)
  return kept ?? items.find((item) => item.isCurrent)
}

/** Why a workspace has no profile of its own, from the schemes of the folders that are open. */
export function noWorkspaceWords(folderSchemes: readonly string[]): string {
  const [scheme] = folderSchemes
  if (scheme === undefined) {
    return 'A profile belongs to a workspace, and none is open. Open a folder or a file, then choose again.'
  }
  return `This folder is virtual (${scheme}): a profile belongs to a folder on disk, so prompts here use the default profile. Open the folder from disk to choose one for it, or change "defaultProfile" with "Waybill: Open Configuration".`
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
