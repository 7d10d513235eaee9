/** Profiles, and which one a workspace uses. */
import * as z from 'zod'
import { profileNameSchema } from '../domain/ids.ts'
import { profileSchema, profileSources, profileSummarySchema } from '../domain/profile.ts'
import { notificationType, requestType } from './messageType.ts'
import { workspaceRefSchema } from './workspace.ts'

const workspaceProfileSchema = z.object({
  /** The workspace as the daemon resolved it; missing if the client named none. */
  workspace: z.string().exactOptional(),
  profile: profileNameSchema,
  source: z.enum(profileSources),
})

export const profiles = requestType({
  method: 'waybill/profiles',
  doc: 'Lists all profiles and says which one this workspace uses and who chose it.',
  params: z.object({ workspace: workspaceRefSchema.exactOptional() }),
  result: z.object({ profiles: z.array(profileSummarySchema).readonly(), current: workspaceProfileSchema }),
})

export const profilesShow = requestType({
  method: 'waybill/profiles/show',
  doc: 'One profile with every field that it sets, built-in or own.',
  params: z.object({ profile: profileNameSchema }),
  result: z.object({ summary: profileSummarySchema, profile: profileSchema }),
})

export const profilesSet = requestType({
  method: 'waybill/profiles/set',
  doc: 'Sets the profile of a workspace for every client, now and later; without a profile the choice is taken back.',
  params: z.object({ workspace: workspaceRefSchema, profile: profileNameSchema.exactOptional() }),
  result: workspaceProfileSchema,
})

export const profilesChanged = notificationType({
  method: 'waybill/profiles/changed',
  doc: 'Topic `profiles`: the list of profiles or the choice of a workspace changed; ask again. `workspace` is missing when all may have.',
  params: z.object({ workspace: z.string().exactOptional() }),
})
