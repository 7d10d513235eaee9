/**
 * How a client names the workspace it acts for. The daemon resolves it: the nearest folder upwards of the document that
 * has `.waybill.json` or `.git`, else the folder named.
 */
import * as z from 'zod'

export const workspaceRefSchema = z
  .object({
    /** Absolute path of the folder that the client has open. */
    folder: z.string().exactOptional(),
    /** Absolute path of the document; stronger than the folder. */
    document: z.string().exactOptional(),
    /** The client's own word on whether the user trusts this workspace. */
    isTrusted: z.boolean().exactOptional(),
  })
  .readonly()
export type WorkspaceRef = z.infer<typeof workspaceRefSchema>
