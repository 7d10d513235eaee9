/** `waybill forget`: takes past requests out of everything that is kept of them. */
import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ForgetWish, forgetWishSchema } from '../../../shared/domain/forgetWish.ts'
import { journalForget } from '../../../shared/protocol/forget.ts'
import { exitCodes } from '../exitCodes.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments, VerbContext } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'

export const forget: Verb = {
  name: 'forget',
  summary: 'Take past requests out of all that is kept',
  options: {
    workspace: { type: 'string' },
    before: { type: 'string' },
    all: { type: 'boolean' },
    yes: { type: 'boolean', short: 'y' },
    json: { type: 'boolean' },
  },
  maxPositionals: 0,
  help: `Usage: waybill forget --workspace PATH | --before DATE | --all [--yes] [--json]

Takes requests out of the journal, the recorded decisions, captured content and
the statistics. That cannot be undone. The journal says that it was done, and
\`waybill audit verify\` still finds it whole. Requests under way are left.

What stays: budgets give no money back, so their counters stay, and those of a
workspace keep its path; an interrupted attempt can no longer be released. So do
endpoints barred from budgets, with the request that barred them. In statistics
of days whose journal is gone, a workspace's numbers stay without its name.

      --workspace PATH   those of this workspace, as \`waybill log\` names it
      --before DATE      those of the days before this one (UTC, YYYY-MM-DD)
      --all              all of them
  -y, --yes              do not ask
      --json             what was done as JSON

Examples:
  waybill forget --workspace ~/secret-client
  waybill forget --before 2026-01-01 --yes`,
  run: async (context, given) => {
    const { terminal } = context
    const wish = wishOf(context, given)
    if (!given.has('yes') && !(await isConfirmed(context, wish))) {
      terminal.error('Nothing was forgotten.\n')
      return exitCodes.failed
    }
    const done = resultOf(await withClient(context, (client) => client.request(journalForget, { wish })))
    if (given.has('json')) terminal.out(`${JSON.stringify(done)}\n`)
    else {
      const days = done.removedDays.length
      const gone = days === 0 ? '' : ` Nothing is left of ${days} ${days === 1 ? 'day' : 'days'}.`
      terminal.out(`${countOf(done.requests)} forgotten.${gone}\n`)
      terminal.out('What budgets counted stays; `waybill help forget` says what that is.\n')
      for (const problem of done.problems) terminal.error(`waybill forget: not removed: ${problem}\n`)
    }
    return done.problems.length === 0 ? exitCodes.ok : exitCodes.failed
  },
}

function countOf(requests: number): string {
  return requests === 1 ? '1 request is' : `${requests} requests are`
}

function wishOf({ currentFolder }: VerbContext, given: VerbArguments): ForgetWish {
  const workspace = given.text('workspace')
  const day = given.text('before')
  const wishes = [
    ...(workspace === undefined ? [] : [{ kind: 'workspace', path: realPathOf(resolve(currentFolder, workspace)) }]),
    ...(day === undefined ? [] : [{ kind: 'before', day }]),
    ...(given.has('all') ? [{ kind: 'all' }] : []),
  ]
  const wish = forgetWishSchema.safeParse(wishes[0])
  if (wishes.length === 1 && wish.success) return wish.data
  if (wishes.length === 1)
    throw new UsageError(`expected --before to be a day that exists, as YYYY-MM-DD, found \`${day ?? ''}\``)
  throw new UsageError(
    `expected one of --workspace, --before and --all, found ${wishes.length === 0 ? 'none' : wishes.length}`,
  )
}

/** A folder that is gone is named as it was. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}

async function isConfirmed({ terminal, signal }: VerbContext, wish: ForgetWish): Promise<boolean> {
  if (!terminal.isInputTty)
    throw new UsageError('expected --yes, because there is no terminal to ask on; nothing was forgotten')
  const answer = await terminal.ask(`Forget ${wordsOf(wish)}? That cannot be undone. [y/N] `, signal)
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}

function wordsOf(wish: ForgetWish): string {
  switch (wish.kind) {
    case 'workspace':
      return `all requests of ${wish.path}`
    case 'before':
      return `all requests of the days before ${wish.day}`
    case 'all':
      return 'all requests'
  }
}
