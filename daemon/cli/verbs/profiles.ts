/** `waybill profiles`: lists the profiles, shows one, and chooses the one of the workspace that the current folder lies in. */
import type * as z from 'zod'
import type { ProfileName } from '../../../shared/domain/ids.ts'
import { type Explanation, explain } from '../../../shared/protocol/explain.ts'
import { profiles as listType, profilesSet, profilesShow } from '../../../shared/protocol/profiles.ts'
import type { Answer, DaemonClient } from '../daemonClient.ts'
import { type ExitCode, exitCodes } from '../exitCodes.ts'
import { inkOf } from '../ink.ts'
import { nearestWord } from '../nearestWord.ts'
import { profileOf } from '../profileArgument.ts'
import { type ProfileOutlook, renderProfile, type ShownProfile } from '../profileText.ts'
import { renderTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { RefusedError, resultOf, withClient } from '../withClient.ts'

export const profiles: Verb = {
  name: 'profiles',
  summary: 'List profiles, show one, choose the one of this workspace',
  options: { json: { type: 'boolean' } },
  maxPositionals: 2,
  help: `Usage: waybill profiles [list] [--json]
       waybill profiles show NAME [--json]
       waybill profiles use NAME [--json]
       waybill profiles reset [--json]

Without a word, or with \`list\`, lists all profiles and marks the one that this
workspace uses. The workspace is the nearest folder upwards with .waybill.json
or .git, else this folder. \`show\` prints what one profile sets and which
endpoints it would use first now; nothing is sent for that. \`use\` chooses for
this workspace, in every editor that opens it; \`reset\` takes the choice back.

Examples:
  waybill profiles
  waybill profiles show balanced
  waybill profiles use practice
  waybill profiles reset`,
  run: async (context, given) => {
    const [action = 'list', name] = given.positionals
    const format = given.has('json') ? 'json' : 'text'
    switch (action) {
      case 'list':
        return withClient(context, (client) => list(context, client, format))
      case 'show':
        if (name === undefined) throw new UsageError('expected a profile, as in `waybill profiles show balanced`')
        return withClient(context, (client) => show(context, client, { format, profile: profileOf(name) }))
      case 'use':
        if (name === undefined) throw new UsageError('expected a profile, as in `waybill profiles use practice`')
        return withClient(context, (client) => choose(context, client, { format, profile: profileOf(name) }))
      case 'reset':
        return withClient(context, (client) => choose(context, client, { format }))
      default:
        throw new UsageError(unknownAction(action))
    }
  },
}

type Format = 'json' | 'text'
type Choice = { readonly format: Format; readonly profile?: ProfileName }

function unknownAction(action: string): string {
  const nearest = nearestWord(action, ['list', 'show', 'use', 'reset'])
  const meant = nearest === undefined ? '' : `; did you mean \`${nearest}\`?`
  return `expected list, show NAME, use NAME or reset, found \`${action}\`${meant}`
}

async function list(context: VerbContext, client: DaemonClient, format: Format): Promise<ExitCode> {
  const workspace = { folder: context.currentFolder }
  const result = resultOf(await client.request(listType, { workspace }))
  context.terminal.out(format === 'json' ? `${JSON.stringify(result)}\n` : renderProfiles(result, context.terminal))
  return exitCodes.ok
}

type Shown = { readonly format: Format; readonly profile: ProfileName }

async function show(context: VerbContext, client: DaemonClient, { format, profile: name }: Shown): Promise<ExitCode> {
  const { terminal } = context
  const shown = await knownProfile(client, name, await client.request(profilesShow, { profile: name }))
  const outlooks = await outlooksOf(client, name, shown)
  if (format === 'text') terminal.out(renderProfile(shown, outlooks, terminal))
  else terminal.out(`${JSON.stringify({ ...shown, outlooks })}\n`)
  return exitCodes.ok
}

/** Of an `auto` profile both tiers, because which one it is depends on the request. */
async function outlooksOf(
  client: DaemonClient,
  profile: ProfileName,
  { profile: { auto } }: ShownProfile,
): Promise<readonly ProfileOutlook[]> {
  const outlook = async (models: ShownProfile['profile']['models'] | undefined): Promise<Explanation> => {
    const messages = [{ role: 'user' as const, content: 'Where would this go?' }]
    const chat = { messages, profile, ...(models !== undefined && { models }) }
    return resultOf(await client.request(explain, { chat }))
  }
  if (auto === undefined) return [{ explanation: await outlook(undefined) }]
  return [
    { tier: 'cheap', explanation: await outlook(auto.cheap) },
    { tier: 'strong', explanation: await outlook(auto.strong) },
  ]
}

/** A name that no profile has is said with the one that was meant. */
async function knownProfile<Result>(client: DaemonClient, name: string, answer: Answer<Result>): Promise<Result> {
  if (answer.refused?.data?.failure.kind !== 'not-found') return resultOf(answer)
  const { profiles: known } = resultOf(await client.request(listType, {}))
  const nearest = nearestWord(
    name,
    known.map((one) => one.name),
  )
  if (nearest === undefined) throw new RefusedError(answer.refused)
  const message = `there is no profile \`${name}\`; did you mean \`${nearest}\`? \`waybill profiles\` lists them`
  throw new RefusedError({ ...answer.refused, message })
}

async function choose(context: VerbContext, client: DaemonClient, choice: Choice): Promise<ExitCode> {
  const workspace = { folder: context.currentFolder }
  const params = choice.profile === undefined ? { workspace } : { workspace, profile: choice.profile }
  const answer = await client.request(profilesSet, params)
  const result = choice.profile === undefined ? resultOf(answer) : await knownProfile(client, choice.profile, answer)
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
