/** Asking a model, and attaching again to an answer that is under way. */
import * as z from 'zod'
import { chatMessageSchema, chatParametersSchema, chatToolSchema } from '../domain/chatRequest.ts'
import { modelIdSchema, modelReferenceSchema, profileNameSchema, requestIdSchema } from '../domain/ids.ts'
import { holdSchema, providerPreferencesSchema } from '../domain/profile.ts'
import { codeSelectionSchema, promptNameSchema } from '../domain/prompt.ts'
import { streamPartSchema } from '../domain/streamPart.ts'
import { waybillSchema } from '../domain/waybill.ts'
import { notificationType, requestType } from './messageType.ts'
import { workspaceRefSchema } from './workspace.ts'

const endStates = [
  z.object({ state: z.literal('ended'), waybill: waybillSchema }),
  z.object({ state: z.literal('taken-over') }),
  z.object({ state: z.literal('interrupted'), waybill: waybillSchema }),
] as const

/** `ended`: the waybill says how. `taken-over`: another client attached, this one gets no more. `interrupted`: the daemon ended in mid-request. */
export const chatResultSchema = z.discriminatedUnion('state', endStates)
export type ChatResult = z.infer<typeof chatResultSchema>

/** `in-use`: another client reads it, and it was not to be taken over. */
export const attachResultSchema = z.discriminatedUnion('state', [
  ...endStates,
  z.object({ state: z.literal('in-use') }),
])
export type AttachResult = z.infer<typeof attachResultSchema>

export const chatParamsSchema = z
  .object({
    /** Fresh, chosen by the client; parts carry it. */
    requestId: requestIdSchema,
    /** A prompt of the library over a selection; or else `messages`. */
    prompt: z
      .object({
        name: promptNameSchema,
        /** The user's own words; required by `ask`. */
        text: z.string().exactOptional(),
        code: codeSelectionSchema.exactOptional(),
      })
      .exactOptional(),
    messages: z.array(chatMessageSchema).min(1).readonly().exactOptional(),
    tools: z.array(chatToolSchema).readonly().exactOptional(),
    parameters: chatParametersSchema.exactOptional(),
    /** Without it: the workspace's choice, then the default. */
    profile: profileNameSchema.exactOptional(),
    /**
     * `author/slug`, perhaps with `:nitro` (fastest first) or `:floor` (cheapest first), or `@profile/NAME`,
     * `@preset/NAME` or `waybill/auto`. Goes before `models`.
     */
    model: modelReferenceSchema.exactOptional(),
    /** In place of the profile's models; each may have a variant as in `model`. */
    models: z.array(modelIdSchema).min(1).readonly().exactOptional(),
    /** In place of the profile's provider preferences, field by field. */
    provider: providerPreferencesSchema.exactOptional(),
    workspace: workspaceRefSchema.exactOptional(),
    /** Requests of one conversation: they stay with the endpoint that has it in its prompt cache. */
    sessionId: z.string().min(1).max(256).exactOptional(),
    /** The earlier request whose answer was thrown away or is asked for again; an `auto` profile takes it into account. */
    followsRejected: requestIdSchema.exactOptional(),
    promptCacheKey: z.string().min(1).max(256).exactOptional(),
    /** How long to wait when every endpoint is cooling; milliseconds. Default 20,000. */
    patienceMs: z.number().int().nonnegative().max(600_000).exactOptional(),
    /** For a client that cannot rewind: so much of an answer is held back before any of it is sent. */
    hold: holdSchema.exactOptional(),
    /** True only from a client that can un-draw text: failover after the first text then comes as a `rewind` part. */
    canRewind: z.boolean().exactOptional(),
    /** `hold`: a lost connection does not cancel; the client will attach again within two minutes. Default `cancel`. */
    onDisconnect: z.enum(['cancel', 'hold']).exactOptional(),
  })
  .refine((params) => (params.prompt === undefined) !== (params.messages === undefined), {
    message: 'expected exactly one of `prompt` and `messages`',
  })

export const chat = requestType({
  method: 'waybill/chat',
  doc: 'Sends a prompt. Parts come as `waybill/chat/parts` while the request is open; its answer is the waybill. `$/cancelRequest` closes the upstream call.',
  params: chatParamsSchema,
  result: chatResultSchema,
})

export const chatAttach = requestType({
  method: 'waybill/chat/attach',
  doc: 'Goes on with an answer under way or ended less than two minutes ago: all parts after number `after`, then live ones. Later it answers with the waybill alone.',
  params: z.object({
    requestId: requestIdSchema,
    after: z.number().int().nonnegative(),
    /** False: only if no other client reads it now; else the answer is `in-use`. Default true. */
    takeOver: z.boolean().exactOptional(),
  }),
  result: attachResultSchema,
})

export const chatParts = notificationType({
  method: 'waybill/chat/parts',
  doc: 'Parts of a streamed answer, in order; all parts decoded from one read of the upstream travel together.',
  params: z.object({ requestId: requestIdSchema, parts: z.array(streamPartSchema).readonly() }),
})

export const requestEnded = notificationType({
  method: 'waybill/request/ended',
  doc: 'Topic `requests`: a request of any client ended; its waybill is in the journal and the statistics.',
  params: z.object({ waybill: waybillSchema }),
})
