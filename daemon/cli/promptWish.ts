/** What `run` and `explain --dry-run` are asked for: a prompt of the library over a file, a range or standard input. */
import { type CodeSelection, type PromptName, promptNameSchema, promptNames } from '../../shared/domain/prompt.ts'
import type { ChatWish } from './askModel.ts'
import { readCodeArgument } from './codeArgument.ts'
import { profileOf } from './profileArgument.ts'
import { UsageError } from './usageError.ts'
import type { VerbArguments, VerbContext } from './verb.ts'

/** Positionals are PROMPT and FILE; options `text` and `profile`. Throws a UsageError for what cannot be meant. */
export async function wishOf(context: VerbContext, given: VerbArguments): Promise<ChatWish> {
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
