/** The first message of a plain JSON-RPC client. */
import * as z from 'zod'
import { requestType } from './messageType.ts'

export const topics = ['requests', 'profiles', 'config', 'notices', 'stats'] as const
export type Topic = (typeof topics)[number]

export const hello = requestType({
  method: 'waybill/hello',
  doc: 'Opens a session: agrees on a protocol version and says who asks. Must come first; a second one is refused.',
  params: z.object({
    protocolVersions: z.object({ min: z.number().int(), max: z.number().int() }),
    client: z.object({ name: z.string().min(1).max(100), version: z.string().max(100).exactOptional() }),
    /** From the discovery file; required on Windows. */
    token: z.string().exactOptional(),
    /** Overrides the operating system's account name in waybills. */
    user: z.string().min(1).max(200).exactOptional(),
    /** Values of environment variables that the configuration names (`environmentNames` of the answer); kept in memory only. */
    environment: z.record(z.string(), z.string()).exactOptional(),
    /** Which notifications this session wants. */
    subscribe: z.array(z.enum(topics)).readonly().exactOptional(),
  }),
  result: z.object({
    protocolVersion: z.number().int(),
    daemon: z.object({
      version: z.string(),
      /** Missing: an older daemon. */
      builtAtMs: z.number().exactOptional(),
      pid: z.number().int(),
      startedAtMs: z.number(),
    }),
    /** Environment variables that the configuration refers to and whose values the daemon would like to be given. */
    environmentNames: z.array(z.string()).readonly(),
  }),
})

export const environmentSet = requestType({
  method: 'waybill/environment/set',
  doc: 'Gives values of environment variables that the configuration names. They are kept in memory, for this daemon only.',
  params: z.object({ environment: z.record(z.string(), z.string()) }),
  result: z.object({ accepted: z.array(z.string()).readonly() }),
})
