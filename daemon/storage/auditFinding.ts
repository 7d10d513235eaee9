/** Something that the check of the journal's chain tells: where, and what. */
export type AuditFinding = {
  /** Of the journal's folder. */
  readonly file: string
  /** From 1; missing: it is about the file or the whole journal. */
  readonly line?: number
  readonly what: string
}
