/**
 * Identifiers, branded so that one kind cannot stand in for another. All are plain strings on the wire.
 *
 * - RequestId: chosen by the client that makes the request, 8 to 64 of [A-Za-z0-9_-]. Chosen by the client so that
 *   it can attach to its own request again even if it lost the connection before the first answer.
 * - ProviderId: the name of a provider in the user's configuration, 1 to 40 of [a-z0-9-].
 * - ModelId: `author/slug`, as OpenRouter writes it.
 * - EndpointId: `MODEL@PROVIDER`, one callable (provider, model).
 */
import * as z from 'zod'

export const requestIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, 'expected 8 to 64 characters of A-Z a-z 0-9 _ -')
  .brand<'RequestId'>()
export type RequestId = z.infer<typeof requestIdSchema>

export const providerIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected 1 to 40 characters of a-z 0-9 -')
  .brand<'ProviderId'>()
export type ProviderId = z.infer<typeof providerIdSchema>

export const modelIdSchema = z
  .string()
  .regex(/^[^\s/@]+\/[^\s@]+$/, 'expected author/slug, such as openai/gpt-5-mini')
  .brand<'ModelId'>()
export type ModelId = z.infer<typeof modelIdSchema>

/** A model with or without a variant, or the name of a profile, as a client asks for it. */
export const modelReferenceSchema = z
  .string()
  .regex(/^(@(profile|preset)\/[a-z0-9][a-z0-9-]{0,39}|[^\s/@]+\/[^\s@]+)$/, 'expected author/slug or @profile/NAME')
export type ModelReference = z.infer<typeof modelReferenceSchema>

export const endpointIdSchema = z
  .string()
  .regex(/^[^\s/@]+\/[^\s@]+@[a-z0-9-]+$/, 'expected MODEL@PROVIDER, such as openai/gpt-5-mini@openai')
  .brand<'EndpointId'>()
export type EndpointId = z.infer<typeof endpointIdSchema>

export const profileNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected 1 to 40 characters of a-z 0-9 -')
  .brand<'ProfileName'>()
export type ProfileName = z.infer<typeof profileNameSchema>

/** Absolute real path of a workspace's root folder. */
export const workspacePathSchema = z.string().min(1).brand<'WorkspacePath'>()
export type WorkspacePath = z.infer<typeof workspacePathSchema>

export function endpointIdOf(model: ModelId, provider: ProviderId): EndpointId {
  return `${model}@${provider}` as EndpointId
}
