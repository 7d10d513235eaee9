/** `waybill doctor`: checks each thing a user can get wrong and says what to do. Exit code 1 if a check failed. */
import { type Check, type CheckLevel, checksOf } from '../doctor/checks.ts'
import { lookAround } from '../doctor/lookAround.ts'
import { exitCodes } from '../exitCodes.ts'
import { type Ink, inkOf } from '../ink.ts'
import type { Terminal } from '../terminal.ts'
import type { Verb } from '../verb.ts'
import { wrapped } from '../wrapped.ts'

export const doctor: Verb = {
  name: 'doctor',
  summary: 'Check what can be wrong and say what to do',
  options: { json: { type: 'boolean' } },
  maxPositionals: 0,
  help: `Usage: waybill doctor [--json]

Checks Node, folders and their modes, disk space, the daemon and its version,
the journal, the configuration, the proxy and extra certificates, providers with
their keys and endpoints, local model servers, requests that wait, and the
clock. If no daemon runs it starts one, which ends by itself a minute later.
Nothing is sent to a provider. Exit code 1 if a check failed; warnings do not
count.`,
  run: async (context, given) => {
    const checks = checksOf(await lookAround(context))
    const { terminal } = context
    terminal.out(given.has('json') ? `${JSON.stringify({ checks })}\n` : renderChecks(checks, terminal))
    return checks.some((check) => check.level === 'fail') ? exitCodes.failed : exitCodes.ok
  },
}

export function renderChecks(checks: readonly Check[], terminal: Pick<Terminal, 'isColored' | 'widthColumns'>): string {
  const ink = inkOf(terminal)
  const width = Math.max(...checks.map(({ name }) => name.length))
  const indent = ' '.repeat(width + 8)
  const write = (text: string, hanging: string) => wrapped(text, hanging, terminal.widthColumns)
  const lines = checks.flatMap(({ level, name, found, advice }) => [
    write(`${levelText(level, ink)}  ${name.padEnd(width)}  ${found}`, indent),
    ...(advice === undefined ? [] : [write(`${indent}${ink.bold('->')} ${advice}`, `${indent}   `)]),
  ])
  return `${lines.join('')}\n${verdict(checks)}\n`
}

function verdict(checks: readonly Check[]): string {
  const failed = checks.filter(({ level }) => level === 'fail').length
  const warned = checks.filter(({ level }) => level === 'warn').length
  if (failed === 0 && warned === 0) return 'All is well.'
  return `${failed} failed, ${warned} to know, ${checks.length - failed - warned} fine.`
}

function levelText(level: CheckLevel, ink: Ink): string {
  switch (level) {
    case 'ok':
      return ink.green('ok  ')
    case 'warn':
      return ink.yellow('warn')
    case 'fail':
      return ink.red('FAIL')
  }
}
