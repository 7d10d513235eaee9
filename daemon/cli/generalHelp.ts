/** What `waybill help` says: the verbs, the exit codes, where to go on. */
import type { Verb } from './verb.ts'

export function generalHelp(verbs: readonly Verb[], version: string): string {
  const width = Math.max(...verbs.map(({ name }) => name.length))
  const lines = verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `Waybill ${version}: your own model router, inside your editor.

Usage: waybill VERB [options]

${lines.join('\n')}

\`waybill help VERB\` has options and examples. All but demo and daemon take
--json: exactly one JSON value on standard output. The daemon starts by itself
with the first verb that needs it.

Exit codes: 0 done, 1 the request or a check failed, 2 wrong command line, 3 no
daemon, 130 Ctrl+C.
WAYBILL_HOME puts all files into one folder; WAYBILL_USER is the name in
waybills.`
}
