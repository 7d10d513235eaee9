/** `waybill audit`: the chain value of the journal's last line, and whether the journal is what was once written. */
import type { AuditFinding } from '../../storage/auditFinding.ts'
import type { AuditReport, KnownHead } from '../../storage/auditJournal.ts'
import { checkJournal, journalHead } from '../../storage/journalAudit.ts'
import { isChainValue } from '../../storage/journalChain.ts'
import { type ExitCode, exitCodes } from '../exitCodes.ts'
import { inkOf } from '../ink.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments, VerbContext } from '../verb.ts'
import { wrapped } from '../wrapped.ts'

export const audit: Verb = {
  name: 'audit',
  summary: 'Check that nobody changed the journal',
  options: { head: { type: 'string' }, json: { type: 'boolean' } },
  maxPositionals: 1,
  help: `Usage: waybill audit verify [--head HEAD] [--json]
       waybill audit head [--json]

Every line of the journal is chained to the one before it with a secret key.
\`verify\` walks the chain and names each line that was changed, put in, removed
or moved. What retention removed, what you had forgotten and torn last lines
are told apart from that. It ends with 0 when the journal is whole, else with 1:
also when the key was lost, so that lines before that cannot be checked.

\`head\` prints the day and the chain value of the last line. Keep it where
nobody who can write your files can: with \`--head\` a later \`verify\` finds an
end that was cut off, which leaves no other trace.

      --head HEAD   this chain value must stand in the journal, DAY:VALUE as
                    \`head\` prints it or the value alone
      --json        one JSON value

Both read the files alone; no daemon is needed.

Examples:
  waybill audit head
  waybill audit verify --head 2026-11-28:2I2LN_RGdr0yjCqXHj0CtF`,
  run: async (context, given) => {
    const [what] = given.positionals
    if (what === 'head') return tellHead(context, given)
    if (what === 'verify') return verify(context, given)
    throw new UsageError(`expected \`verify\` or \`head\`, found ${what === undefined ? 'nothing' : `\`${what}\``}`)
  },
}

function tellHead({ terminal, daemons }: VerbContext, given: VerbArguments): ExitCode {
  const head = journalHead(daemons.places.stateFolder)
  if (typeof head === 'string') return fail(terminal, head)
  if (given.has('json')) terminal.out(`${JSON.stringify(head ?? {})}\n`)
  else terminal.out(head === undefined ? 'No line is chained yet.\n' : `${head.day}:${head.head}\n`)
  return exitCodes.ok
}

function verify({ terminal, daemons }: VerbContext, given: VerbArguments): ExitCode {
  const report = checkJournal(daemons.places.stateFolder, givenHead(given.text('head')))
  if (typeof report === 'string') return fail(terminal, report)
  if (given.has('json')) terminal.out(`${JSON.stringify(report)}\n`)
  else terminal.out(textOf(report, terminal))
  return report.findings.length === 0 && report.uncheckedBefore === undefined ? exitCodes.ok : exitCodes.failed
}

function givenHead(text: string | undefined): ReadonlyMap<string, KnownHead> {
  if (text === undefined) return new Map()
  const [, day, value = ''] = /^(?:(\d{4}-\d{2}-\d{2}):)?(.*)$/.exec(text) ?? []
  if (isChainValue(value)) return new Map([[value, { source: '--head', ...(day !== undefined && { day }) }]])
  throw new UsageError(
    `expected --head to be DAY:HEAD as \`waybill audit head\` prints it, or 22 of A-Z a-z 0-9 _ -, found \`${text}\``,
  )
}

/** The first ones say where to look. */
const toldFindings = 20

function textOf(report: AuditReport, terminal: Terminal): string {
  const { head, headDay, findings, notes } = report
  const { dim, red } = inkOf(terminal)
  const say = (text: string) => wrapped(text, '  ', terminal.widthColumns)
  const more = findings.length - toldFindings
  return [
    verdictOf(report, terminal),
    ...findings.slice(0, toldFindings).map((finding) => say(sentenceOf(finding))),
    ...(more > 0 ? [red(say(`and ${more} more`))] : []),
    ...notes.map((note) => dim(say(sentenceOf(note)))),
    ...(head === undefined ? [] : [say(`Head: ${headDay}:${head}`)]),
  ].join('')
}

function verdictOf({ days, lines, head, findings, uncheckedBefore }: AuditReport, terminal: Terminal): string {
  const { green, red } = inkOf(terminal)
  const say = (text: string) => wrapped(text, '  ', terminal.widthColumns)
  const size = `${lines} lines in ${days} ${days === 1 ? 'file' : 'files'}`
  if (findings.length > 0) {
    const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`
    return red(say(`The journal is not what was written: ${count} in ${size}.`))
  }
  if (uncheckedBefore !== undefined) {
    const { file, line } = uncheckedBefore
    return red(
      say(`The key was lost: lines before ${file}, line ${line} cannot be checked. Since then: ${lines} lines.`),
    )
  }
  return green(say(head === undefined ? 'Nothing is chained yet.' : `The journal is whole: ${size}.`))
}

function sentenceOf({ file, line, what }: AuditFinding): string {
  return `${file}${line === undefined ? '' : `, line ${line}`}: ${what}`
}

function fail(terminal: Terminal, problem: string): ExitCode {
  terminal.error(`waybill audit: ${problem}\n`)
  return exitCodes.failed
}
