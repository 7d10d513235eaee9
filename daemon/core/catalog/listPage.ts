/**
 * Whether a provider's list of models goes on on another page, and by which query it is asked for. Sources: Anthropic's
 * "List Models" (`has_more`, `last_id`, `after_id`) and the Gemini API's "models.list" (`nextPageToken`, `pageToken`), 2026-10.
 */
import * as z from 'zod'

const anthropicSchema = z.object({ has_more: z.literal(true), last_id: z.string().min(1) })
const geminiSchema = z.object({ nextPageToken: z.string().min(1) })

/** Undefined: it was the last page, or says nothing of pages. */
export function nextPageQueryOf(text: string): string | undefined {
  const page = parsedOf(text)
  const anthropic = anthropicSchema.safeParse(page).data
  if (anthropic !== undefined) return `after_id=${encodeURIComponent(anthropic.last_id)}`
  const gemini = geminiSchema.safeParse(page).data
  return gemini && `pageToken=${encodeURIComponent(gemini.nextPageToken)}`
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
