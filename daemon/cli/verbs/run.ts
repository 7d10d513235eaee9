/** `waybill run`: one prompt over code, its answer streamed to standard output, its waybill to standard error. */
import { type CodeSelection, type PromptName, promptNameSchema, promptNames } from '../../../shared/domain/prompt.ts'
import { askModel, askModelAsJson, type ChatWish } from '../askModel.ts'
import { readCodeArgument } from '../codeArgument.ts'
import { profileOf } from '../profileArgument.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments, VerbContext } from '../verb.ts'
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

async function wishOf(context: VerbContext, given: VerbArguments): Promise<ChatWish> {
  const [name, file] = given.positionals
  const prompt = promptOf(name)
  const text = given.text('text')
  if (prompt === 'ask' && text === undefined) {
    throw new UsageError('expected your question, as in `waybill run ask FILE --text "Where can this throw?"`')
  }
  const { code, document } = await codeOf(context, file)
  if (code === undefined && prompt !== 'ask') {
    throw new UsageError(`expected code for \`${prompt}\`: a file, as in FILE:10-40, or standard input; found neither`)
  }
  const workspace = { folder: context.currentFolder, ...(document === undefined ? {} : { document }) }
  const profile = given.text('profile')
  return {
    prompt: { name: prompt, ...(text === undefined ? {} : { text }), ...(code === undefined ? {} : { code }) },
    workspace,
    ...(profile === undefined ? {} : { profile: profileOf(profile) }),
  }
}

function promptOf(name: string | undefined): PromptName {
  const prompt = promptNameSchema.safeParse(name)
  if (prompt.success) return prompt.data
  const found = name === undefined ? 'nothing' : `\`${name}\``
  throw new UsageError(`expected a prompt (${promptNames.join(', ')}), found ${found}`)
}

type Given = { readonly code?: CodeSelection; readonly document?: string }

async function codeOf(context: VerbContext, file: string | undefined): Promise<Given> {
  if (file !== undefined) return readCodeArgument(file, context.currentFolder)
  if (context.terminal.isInputTty) return {}
  const text = await context.terminal.readInput()
  return text === '' ? {} : { code: { text } }
}
