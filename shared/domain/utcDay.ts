/** The UTC day of a moment, YYYY-MM-DD: how the files of days are named, and sorted. Unix milliseconds. */
export function utcDayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}
