/**
 * The discovery file: how a client finds the running daemon. It lies in the daemon's state folder under
 * `discoveryFileName`, is written by rename after the socket accepts connections, and is readable by its user alone.
 */
import * as z from 'zod'
import { buildSchema } from '../domain/build.ts'

export const discoveryFileName = 'daemon.json'

export const discoverySchema = z
  .object({
    schema: z.literal(1),
    pid: z.number().int().positive(),
    /** Path of the Unix socket, or the name of the Windows pipe. */
    socketPath: z.string(),
    /** Must be sent in `waybill/hello` on Windows; elsewhere the socket's mode is the gate. */
    token: z.string(),
    version: z.string(),
    /** When its build was made. Missing: an older daemon, which knows no `waybill/takeover`. */
    builtAtMs: z.number().exactOptional(),
    /** It hands over to this build as soon as nothing is under way. Missing: nobody asked it to. */
    handOverTo: buildSchema.exactOptional(),
    protocolVersions: z.object({ min: z.number().int(), max: z.number().int() }),
    startedAtMs: z.number(),
  })
  .readonly()
export type Discovery = z.infer<typeof discoverySchema>
