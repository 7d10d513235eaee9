/** Looking into JSON that a provider sent, frame by frame: nothing is asked for but what is read. Never throws. */

export type Json = Readonly<Record<string, unknown>>

/** undefined for what is no JSON. */
export function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** undefined for what is no object; a list is none. */
export function recordOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
