/** `waybill profiles`: lists the profiles, and chooses the one of the workspace that the current folder lies in. */
import type * as z from 'zod'
import { profiles as listType, profilesSet } from '../../../shared/protocol/profiles.ts'
import type { DaemonClient } from '../daemonClient.ts'
import { type ExitCode, exitCodes } from '../exitCodes.ts'
import { inkOf } from '../ink.ts'
import { profileOf } from '../profileArgument.ts'
import { renderTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'

export const profiles: Verb = {
  name: 'profiles',
  summary: 'List profiles, choose the one of this workspace',
  options: { json: { type: 'boolean' } },
  maxPositionals: 2,
  help: `Usage: waybill profiles [list] [--json]
       waybill profiles use NAME [--json]
       waybill profiles reset [--json]

Without a word, or with \`list\`, lists all profiles and marks the one that this
workspace uses. The workspace is the nearest folder upwards with .waybill.json
or .git, else this folder. \`use\` chooses for this workspace, in every editor
that opens it; \`reset\` takes the choice back.

Examples:
  waybill profiles
  waybill profiles use practice
  waybill profiles reset`,
  run: async (context, given) => {
    const [action = 'list', name] = given.positionals
    const format = given.has('json') ? 'json' : 'text'
    switch (action) {
      case 'list':
        return withClient(context, (client) => list(context, client, format))
      case 'use':
        if (name === undefined) throw new UsageError('expected a profile, as in `waybill profiles use practice`')
        return withClient(context, (client) => choose(context, client, { format, profile: profileOf(name) }))
      case 'reset':
        return withClient(context, (client) => choose(context, client, { format }))
      default:
        throw new UsageError(`expected list, use NAME or reset, found \`${action}\``)
    }
  },
}

type Format = 'json' | 'text'
type Choice = { readonly format: Format; readonly profile?: ReturnType<typeof profileOf> }

async function list(context: VerbContext, client: DaemonClient, format: Format): Promise<ExitCode> {
  const workspace = { folder: context.currentFolder }
  const result = resultOf(await client.request(listType, { workspace }))
  context.terminal.out(format === 'json' ? `${JSON.stringify(result)}\n` : renderProfiles(result, context.terminal))
  return exitCodes.ok
}

async function choose(context: VerbContext, client: DaemonClient, choice: Choice): Promise<ExitCode> {
  const workspace = { folder: context.currentFolder }
  const params = choice.profile === undefined ? { workspace } : { workspace, profile: choice.profile }
  const result = resultOf(await client.request(profilesSet, params))
  const text = `${result.workspace ?? context.currentFolder} now uses ${result.profile} (by ${result.source}).`
  context.terminal.out(choice.format === 'json' ? `${JSON.stringify(result)}\n` : `${text}\n`)
  return exitCodes.ok
}

type ProfileList = z.infer<(typeof listType)['result']>

export function renderProfiles(
  { profiles: summaries, current }: ProfileList,
  terminal: Pick<Terminal, 'isColored' | 'widthColumns'>,
): string {
  const rows = summaries.map((profile) => [
    profile.name === current.profile ? '*' : '',
    profile.name,
    String(profile.endpointCount),
    profile.isPractice ? `practice: ${profile.description || profile.title}` : profile.description || profile.title,
  ])
  const columns = [
    { title: '' },
    { title: 'PROFILE' },
    { title: 'ENDPOINTS', align: 'right' },
    { title: 'WHAT IT DOES', shrinks: true },
  ] as const
  const table = renderTable(columns, rows, { widthColumns: terminal.widthColumns, ofTitle: inkOf(terminal).dim })
  return `${table}\n* ${current.workspace ?? 'no workspace'} uses ${current.profile} (by ${current.source})\n`
}
