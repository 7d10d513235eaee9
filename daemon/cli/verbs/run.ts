/** `waybill run`: one prompt over code, its answer streamed to standard output, its waybill to standard error. */
import { promptNames } from '../../../shared/domain/prompt.ts'
import { askModel, askModelAsJson } from '../askModel.ts'
import { wishOf } from '../promptWish.ts'
import type { Verb } from '../verb.ts'
import { withClient } from '../withClient.ts'

export const run: Verb = {
  name: 'run',
  summary: 'Run a prompt on code and print the answer',
  options: {
    text: { type: 'string', short: 't' },
    profile: { type: 'string', short: 'p' },
    json: { type: 'boolean' },
  },
  maxPositionals: 2,
  endsGently: true,
  help: `Usage: waybill run PROMPT [FILE[:LINE[-LINE]]] [options]

Prompts: ${promptNames.join(', ')}
Without FILE the code is read from standard input, unless that is a terminal.

  -t, --text TEXT      your own words beside the code; required by \`ask\`
  -p, --profile NAME   this profile instead of the workspace's
      --json           one JSON value, {text, waybill} or {error, waybill};
                       {text, error, waybill} for a text that is not whole

On a terminal the answer appears as it comes, with the attempts on standard
error. In a pipe it is written once and whole, because an answer that is taken
back could not be un-written; code that takes the place of yours is written
without the fence around it, and not at all if it is cut short or empty. The
waybill goes to standard error. Ctrl+C closes the upstream call and prints the
waybill of what was used.

Examples:
  waybill run explain daemon/main.ts:1-40
  waybill run ask src/parse.ts --text "Where can this throw?"
  git diff | waybill run explain --profile cheap
  waybill run document src/parse.ts > documented.ts`,
  run: async (context, given) => {
    const wish = await wishOf(context, given)
    const ask = given.has('json') ? askModelAsJson : askModel
    return withClient(context, (client) => ask(context, client, wish))
  },
}
