/** Opens `choices.json`, what only the daemon writes. Throws, with words for the user, when it is of a newer build. */
import { join } from 'node:path'
import * as z from 'zod'
import type { JsonFile, Log } from './gateway/ports.ts'
import type { Choices } from './gateway/profiles.ts'
import { opened } from './opened.ts'
import { openJsonStore } from './storage/jsonStore.ts'

const schema: z.ZodType<Choices> = z.object({
  schema: z.literal(1),
  workspaces: z.record(z.string(), z.string()),
})
const defaults: Choices = { schema: 1, workspaces: {} }

export function openChoices(stateFolder: string, log: Log): JsonFile<Choices> {
  return opened(openJsonStore({ path: join(stateFolder, 'choices.json'), schema, defaults, log })).file
}
