/** Whether the daemon of a discovery file, not yet decoded, is of an older build that `build` is to take over from. Loads no schema. */
import type { Build } from '../../shared/domain/build.ts'
import { takesOver } from '../../shared/domain/newerBuild.ts'

export function isOlderDaemon(build: Build, discovery: unknown): boolean {
  const { version, builtAtMs, handOverTo } = fieldsOf(discovery)
  if (typeof version !== 'string' || typeof builtAtMs !== 'number') return false
  const to = buildOf(handOverTo)
  return takesOver(build, { version, builtAtMs, ...(to !== undefined && { handOverTo: to }) })
}

function buildOf(value: unknown): Build | undefined {
  const { version, builtAtMs } = fieldsOf(value)
  return typeof version === 'string' && typeof builtAtMs === 'number' ? { version, builtAtMs } : undefined
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}
