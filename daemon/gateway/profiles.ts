/**
 * Which profile a request is sent under: the request's own word, else the user's choice for the workspace, else the
 * workspace's own file if it is trusted, else the default. Choices are the daemon's, so every client sees the same.
 */
import type { Failure } from '../../shared/domain/failure.ts'
import type { ProfileName, WorkspacePath } from '../../shared/domain/ids.ts'
import type { Profile, ProfileSource, ProfileSummary } from '../../shared/domain/profile.ts'
import type { WorkspaceRef } from '../../shared/protocol/workspace.ts'
import { requestedModelOf } from '../core/routing/modelReference.ts'
import { profileModels } from './effectivePolicy.ts'
import type { JsonFile } from './ports.ts'
import type { NamedProfile, Settings, SettingsSource } from './settings.ts'

/** What the daemon alone writes. */
export type Choices = { readonly schema: 1; readonly workspaces: Readonly<Record<string, string>> }

export type ResolvedWorkspace = {
  readonly path: WorkspacePath
  /** The profile that the workspace's own file names; only read when the workspace is trusted. */
  readonly fileProfile?: string
}

export type Workspaces = { readonly resolve: (ref: WorkspaceRef) => ResolvedWorkspace | undefined }

export type ChosenProfile = { readonly name: ProfileName; readonly source: ProfileSource }

export type Profiles = {
  /** The profile in force; a choice that no longer exists is passed over. */
  readonly choose: (requested: ProfileName | undefined, workspace: ResolvedWorkspace | undefined) => ChosenProfile
  readonly find: (name: ProfileName) => NamedProfile | undefined
  readonly list: () => readonly ProfileSummary[]
  readonly show: (name: ProfileName) => { readonly summary: ProfileSummary; readonly profile: Profile } | Failure
  /** Without a profile the choice is taken back. */
  readonly set: (workspace: WorkspacePath, profile: ProfileName | undefined) => Failure | undefined
}

export function createProfiles(settings: SettingsSource, choices: JsonFile<Choices>): Profiles {
  const find = (name: ProfileName) => settings.current().profiles.get(name)
  const known = (name: string | undefined): ProfileName | undefined =>
    settings.current().profiles.get(name as ProfileName)?.name

  return {
    find,
    choose: (requested, workspace) => {
      if (requested !== undefined) return { name: requested, source: 'request' }
      const chosen = workspace && known(choices.read().workspaces[workspace.path])
      if (chosen !== undefined) return { name: chosen, source: 'workspace-choice' }
      const fromFile = known(workspace?.fileProfile)
      if (fromFile !== undefined) return { name: fromFile, source: 'workspace-file' }
      return { name: settings.current().defaultProfile, source: 'default' }
    },
    list: () => [...settings.current().profiles.values()].map((named) => summaryOf(named, settings.current())),
    show: (name) => {
      const named = find(name)
      if (named === undefined) return unknownProfile(name, settings.current())
      return { summary: summaryOf(named, settings.current()), profile: named.profile }
    },
    set: (workspace, profile) => {
      const { [workspace]: _dropped, ...others } = choices.read().workspaces
      if (profile === undefined) return choices.write({ schema: 1, workspaces: others })
      if (find(profile) === undefined) return unknownProfile(profile, settings.current())
      return choices.write({ schema: 1, workspaces: { ...others, [workspace]: profile } })
    },
  }
}

export function unknownProfile(profile: string, settings: Settings): Failure {
  const names = [...settings.profiles.keys()].join(', ')
  return { kind: 'not-found', message: `There is no profile “${profile}”. Expected one of: ${names}.` }
}

function summaryOf(named: NamedProfile, settings: Settings): ProfileSummary {
  const { name, profile, isBuiltIn } = named
  const models = [...new Set(profileModels(profile).map((reference) => requestedModelOf(reference).model))]
  const endpoints = models.flatMap((model) => settings.endpoints.byModel.get(model) ?? [])
  const { only, ignore } = profile.provider ?? {}
  const reachable = endpoints.filter(
    (endpoint) => (only?.includes(endpoint.provider) ?? true) && !ignore?.includes(endpoint.provider),
  )
  return {
    name,
    title: profile.title ?? name,
    description: profile.description ?? '',
    models,
    isBuiltIn,
    isPractice: reachable.length > 0 && reachable.every((endpoint) => endpoint.isPractice),
    endpointCount: reachable.length,
  }
}
