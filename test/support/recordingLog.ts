/** A log that keeps its lines. */
import type { Log } from '../../daemon/gateway/ports.ts'

export type RecordingLog = Log & { readonly lines: readonly string[] }

export function createRecordingLog(): RecordingLog {
  const lines: string[] = []
  const keep = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
    lines.push(`${level} ${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`)
  }
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error') }
}
