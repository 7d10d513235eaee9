/** `waybill explain`: why a past request went where it went, or where one would go if it were sent. */
import { type RequestId, requestIdSchema } from '../../../shared/domain/ids.ts'
import { type Explanation, explain as explainMessage } from '../../../shared/protocol/explain.ts'
import { journal } from '../../../shared/protocol/journal.ts'
import type { DaemonClient } from '../daemonClient.ts'
import { type ExitCode, exitCodes } from '../exitCodes.ts'
import { renderExplanation } from '../explainText.ts'
import { wishOf } from '../promptWish.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments, VerbContext } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'

const maxRecent = 500

export const explain: Verb = {
  name: 'explain',
  summary: 'Say why a request went where it went',
  options: {
    'dry-run': { type: 'boolean' },
    text: { type: 'string', short: 't' },
    profile: { type: 'string', short: 'p' },
    json: { type: 'boolean' },
  },
  maxPositionals: 2,
  help: `Usage: waybill explain [ID] [--json]
       waybill explain --dry-run PROMPT [FILE[:LINE[-LINE]]] [options]

Why this model: the candidates with the numbers behind their order, every
endpoint that was left out and why, the near miss, and what was decided after
each attempt. Without ID the last request. The plan is computed again from what
was recorded (kept for 14 days), and whether it came out the same is said.

With --dry-run: where \`waybill run\` with these words would go now, and the
most that it can cost. Nothing is sent or recorded. Exit code 1 if there is
nobody to ask.

      --dry-run        plan only
  -t, --text TEXT      with --dry-run: your own words beside the code
  -p, --profile NAME   with --dry-run: this profile
      --json           the explanation as one JSON value

Examples:
  waybill explain
  waybill explain 3f2a8c1e
  waybill explain --dry-run fix src/parse.ts:10-40 --profile cheap`,
  run: async (context, given) => {
    const explained = given.has('dry-run') ? await dryRun(context, given) : await past(context, given)
    if (typeof explained === 'string') return refuse(context, explained)
    show(context, given, explained)
    return given.has('dry-run') && isAskedOfNobody(explained) ? exitCodes.failed : exitCodes.ok
  },
}

function show({ terminal }: VerbContext, given: VerbArguments, explanation: Explanation): void {
  terminal.out(given.has('json') ? `${JSON.stringify(explanation)}\n` : renderExplanation(explanation, terminal))
}

/** `waybill run` would fail, so a script that tries the plan first must see it. */
function isAskedOfNobody({ plans }: Explanation): boolean {
  return plans.every(({ plan }) => plan.candidates.length === 0)
}

function refuse({ terminal }: VerbContext, problem: string): ExitCode {
  terminal.error(`waybill explain: ${problem}\n`)
  return exitCodes.failed
}

async function dryRun(context: VerbContext, given: VerbArguments): Promise<Explanation> {
  const wish = await wishOf(context, given)
  return withClient(context, async (client) => resultOf(await client.request(explainMessage, { chat: wish })))
}

/** In words what is wrong, where no one request is meant. */
async function past(context: VerbContext, given: VerbArguments): Promise<Explanation | string> {
  const [id, surplus] = given.positionals
  if (surplus !== undefined || given.text('text') !== undefined || given.text('profile') !== undefined) {
    throw new UsageError('expected at most the ID of one request; to plan a prompt without sending it, add --dry-run')
  }
  const parsed = id === undefined ? undefined : requestIdSchema.safeParse(id)
  if (parsed?.success === false) {
    throw new UsageError(`expected the ID of a request, 8 to 64 of A-Z a-z 0-9 _ -, found \`${id}\``)
  }
  return withClient(context, async (client) => {
    const found = await find(client, parsed?.data)
    return typeof found === 'object' ? resultOf(await client.request(explainMessage, found)) : found
  })
}

async function find(client: DaemonClient, id: RequestId | undefined): Promise<{ requestId: RequestId } | string> {
  if (id === undefined) {
    const [last] = resultOf(await client.request(journal, { limit: 1 })).waybills
    return last === undefined ? 'expected a request to explain, found none yet' : { requestId: last.requestId }
  }
  const [exact] = resultOf(await client.request(journal, { requestId: id })).waybills
  if (exact !== undefined) return { requestId: exact.requestId }
  const recent = resultOf(await client.request(journal, { limit: maxRecent })).waybills
  const [first, another] = recent.filter(({ requestId }) => requestId.startsWith(id))
  if (first !== undefined && another === undefined) return { requestId: first.requestId }
  const count = first === undefined ? 'none such' : 'several that begin so'
  return `expected the ID of one request, found ${count}; \`waybill log\` lists them`
}
