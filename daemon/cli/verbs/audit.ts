/** `waybill audit`: the chain value of the journal's last line, and whether the journal is what was once written. */
import type { AuditFinding } from '../../storage/auditFinding.ts'
import type { AuditReport } from '../../storage/auditJournal.ts'
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
are told apart from that. It ends with 0 when the journal is whole, else with 1.

\`head\` prints the chain value of the last line. Keep it where nobody who can
write your files can: with \`--head\` a later \`verify\` finds an end that was cut
off, which leaves no other trace.

      --head HEAD   this chain value must stand in the journal
      --json        one JSON value

Both read the files alone; no daemon is needed.

Examples:
  waybill audit head
  waybill audit verify --head 2I2LN_RGdr0yjCqXHj0CtF`,
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
  else terminal.out(head === undefined ? 'No line is chained yet.\n' : `${head.head}\n`)
  return exitCodes.ok
}

function verify({ terminal, daemons }: VerbContext, given: VerbArguments): ExitCode {
  const head = given.text('head')
  if (head !== undefined && !isChainValue(head)) {
    throw new UsageError(
      `expected --head to be 22 of A-Z a-z 0-9 _ -, as \`waybill audit head\` prints it, found \`${head}\``,
    )
  }
  const report = checkJournal(daemons.places.stateFolder, new Map(head === undefined ? [] : [[head, '--head']]))
  if (typeof report === 'string') return fail(terminal, report)
  if (given.has('json')) terminal.out(`${JSON.stringify(report)}\n`)
  else terminal.out(textOf(report, terminal))
  return report.findings.length === 0 ? exitCodes.ok : exitCodes.failed
}

function textOf({ days, lines, head, findings, notes }: AuditReport, terminal: Terminal): string {
  const { green, red, dim } = inkOf(terminal)
  const say = (text: string) => wrapped(text, '  ', terminal.widthColumns)
  const size = `${lines} lines in ${days} ${days === 1 ? 'file' : 'files'}`
  const verdict =
    findings.length === 0
      ? green(say(head === undefined ? 'Nothing is chained yet.' : `The journal is whole: ${size}.`))
      : red(say(`The journal is not what was written: ${findings.length} findings in ${size}.`))
  return [
    verdict,
    ...findings.map((finding) => say(sentenceOf(finding))),
    ...notes.map((note) => dim(say(sentenceOf(note)))),
    ...(head === undefined ? [] : [say(`Head: ${head}`)]),
  ].join('')
}

function sentenceOf({ file, line, what }: AuditFinding): string {
  return `${file}${line === undefined ? '' : `, line ${line}`}: ${what}`
}

function fail(terminal: Terminal, problem: string): ExitCode {
  terminal.error(`waybill audit: ${problem}\n`)
  return exitCodes.failed
}
