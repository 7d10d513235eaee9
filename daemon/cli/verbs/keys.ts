/** `waybill keys`: lists the keys of providers and changes them. A value comes from a hidden prompt or standard input. */

import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { ProviderId, RequestId } from '../../../shared/domain/ids.ts'
import { providerIdSchema } from '../../../shared/domain/ids.ts'
import { keyNameSchema, keyWeightSchema } from '../../../shared/domain/providerKey.ts'
import {
  keysDisable,
  keysEnable,
  keysRemove,
  keysRotate,
  keysSet,
  keysTest,
  keysWeigh,
  keyValueSchema,
  keys as listType,
} from '../../../shared/protocol/keys.ts'
import type { RequestType } from '../../../shared/protocol/messageType.ts'
import type { DaemonClient } from '../daemonClient.ts'
import { type ExitCode, exitCodes } from '../exitCodes.ts'
import { renderKeys, testText } from '../keyText.ts'
import { UsageError } from '../usageError.ts'
import type { Verb, VerbArguments, VerbContext } from '../verb.ts'
import { resultOf, withClient } from '../withClient.ts'

export const keys: Verb = {
  name: 'keys',
  summary: 'List the keys of providers; set, test, disable, rotate, remove them',
  options: {
    paid: { type: 'boolean' },
    weight: { type: 'string', short: 'w' },
    json: { type: 'boolean' },
  },
  // One more than any action takes: what is too much may be a key, and is not to be repeated.
  maxPositionals: 20,
  help: `Usage: waybill keys [list] [PROVIDER] [--json]
       waybill keys set PROVIDER [NAME] [--weight N]
       waybill keys test PROVIDER NAME [--paid]
       waybill keys disable | enable | remove | rotate PROVIDER NAME
       waybill keys weight PROVIDER NAME N

A key is never an argument: \`set\` and \`rotate\` ask for it without showing it,
or read it from standard input. It goes to the keychain of the operating
system, or, where none can be used, to a file that only you can read. Nothing
ever prints it again: the fingerprint tells one key from another. NAME is
\`default\` unless you choose another; a key from the environment goes by the
name of its variable.

  set      adds a key; several are used in turn
  test     asks the provider for its list of models, which is free;
           with --paid for one token of its cheapest model
  disable  leaves a key alone until \`enable\`
  rotate   puts another value in place of a key's
  remove   removes a key and its value
  weight   how often a key is used among those that are ready, 1 to 100

Examples:
  waybill keys set openai
  pass show openai | waybill keys set openai work --weight 3
  waybill keys rotate openai work < new-key
  waybill keys test anthropic ANTHROPIC_API_KEY`,
  run: (context, given) => {
    const [action = 'list', ...words] = given.positionals
    switch (action) {
      case 'list':
        return list(context, given, words)
      case 'set':
        return set(context, given, words)
      case 'rotate':
        return rotate(context, given, words)
      case 'test':
        return test(context, given, words)
      case 'disable':
        return change(context, given, { type: keysDisable, params: refOf(words, 2) })
      case 'enable':
        return change(context, given, { type: keysEnable, params: refOf(words, 2) })
      case 'weight':
        return change(context, given, {
          type: keysWeigh,
          params: { ...refOf(words, 3), weight: weightOf(words[2]) },
        })
      case 'remove':
        return remove(context, given, words)
      default:
        throw new UsageError('expected list, set, test, disable, enable, rotate, remove or weight, found another word')
    }
  },
}

async function list(context: VerbContext, given: VerbArguments, words: readonly string[]): Promise<ExitCode> {
  const [provider] = atMost(words, 1)
  const params = provider === undefined ? {} : { provider: providerOf(provider) }
  const listed = await withClient(context, async (client) => resultOf(await client.request(listType, params)))
  const { terminal } = context
  terminal.out(given.has('json') ? `${JSON.stringify(listed)}\n` : renderKeys(listed, terminal, Date.now()))
  return exitCodes.ok
}

async function set(context: VerbContext, given: VerbArguments, words: readonly string[]): Promise<ExitCode> {
  const [id, named] = atMost(words, 2)
  const provider = providerOf(id)
  const name = named === undefined ? undefined : keyNameSchema.safeParse(named)
  if (name?.success === false) throw new UsageError(`expected a name for the key, ${nameWords}, found another`)
  const weight = given.text('weight')
  const more = {
    ...(name !== undefined && { name: name.data }),
    ...(weight !== undefined && { weight: weightOf(weight) }),
  }
  const value = await valueFor(context, `Key of ${provider}: `)
  return change(context, given, { type: keysSet, params: { provider, value, ...more } })
}

async function rotate(context: VerbContext, given: VerbArguments, words: readonly string[]): Promise<ExitCode> {
  const ref = refOf(words, 2)
  const value = await valueFor(context, `New key of ${ref.provider} in place of ${ref.name}: `)
  return change(context, given, { type: keysRotate, params: { ...ref, value } })
}

type Change<Params extends z.ZodType> = {
  readonly type: RequestType<Params, (typeof keysSet)['result']>
  readonly params: z.input<Params>
}

async function change<Params extends z.ZodType>(
  context: VerbContext,
  given: VerbArguments,
  { type, params }: Change<Params>,
): Promise<ExitCode> {
  const changed = await withClient(context, async (client) => resultOf(await client.request(type, params)))
  const { terminal } = context
  if (given.has('json')) terminal.out(`${JSON.stringify(changed)}\n`)
  else terminal.out(renderKeys({ keys: [changed.key] }, terminal, Date.now()))
  if (changed.note !== undefined) terminal.error(`${changed.note}\n`)
  return exitCodes.ok
}

async function test(context: VerbContext, given: VerbArguments, words: readonly string[]): Promise<ExitCode> {
  const ref = refOf(words, 2)
  const paid = given.has('paid') ? { paid: { requestId: randomUUID() as RequestId } } : {}
  const tested = await withClient(context, async (client: DaemonClient) =>
    resultOf(await client.request(keysTest, { ...ref, ...paid }, context.signal)),
  )
  context.terminal.out(given.has('json') ? `${JSON.stringify(tested)}\n` : testText(tested))
  return tested.state === 'accepted' ? exitCodes.ok : exitCodes.failed
}

async function remove(context: VerbContext, given: VerbArguments, words: readonly string[]): Promise<ExitCode> {
  const ref = refOf(words, 2)
  const removed = await withClient(context, async (client) => resultOf(await client.request(keysRemove, ref)))
  const left = removed.left === 0 ? 'no key is left' : `${removed.left} left`
  const text = `${ref.provider} ${ref.name} and its value are removed; ${left}.\n`
  context.terminal.out(given.has('json') ? `${JSON.stringify(removed)}\n` : text)
  return exitCodes.ok
}

/** Standard input as it is, without the line end that most programs add. */
async function valueFor({ terminal, signal }: VerbContext, question: string): Promise<string> {
  const given = terminal.isInputTty ? await terminal.askHidden(question, signal) : await terminal.readInput()
  const value = (given ?? '').replace(/\r?\n$/, '')
  if (value === '') throw new UsageError('expected a key from the prompt or on standard input, found nothing')
  if (keyValueSchema.safeParse(value).success) return value
  throw new UsageError('expected a key of visible ASCII characters, without spaces and line ends, found something else')
}

const nameWords = '1 to 30 of A-Z a-z 0-9 _ . -'

/** What is too much may be a key. */
function atMost(words: readonly string[], most: number): readonly string[] {
  if (words.length <= most) return words
  throw new UsageError(
    `expected at most ${most} words here, found ${words.length}; a key is no argument, because others can see those`,
  )
}

function refOf(words: readonly string[], most: number): { readonly provider: ProviderId; readonly name: string } {
  const [id, name] = atMost(words, most)
  const provider = providerOf(id)
  if (name === undefined) throw new UsageError('expected PROVIDER and NAME; `waybill keys` lists them')
  return { provider, name }
}

function providerOf(word: string | undefined): ProviderId {
  const provider = providerIdSchema.safeParse(word)
  if (provider.success) return provider.data
  throw new UsageError('expected the name of a provider; `waybill providers` lists them')
}

function weightOf(word: string | undefined): number {
  const weight = keyWeightSchema.safeParse(/^\d+$/.test(word ?? '') ? Number(word) : undefined)
  if (weight.success) return weight.data
  throw new UsageError('expected a weight from 1 to 100')
}
