/**
 * Providers on the loopback that keep their own books, as a naive provider does: each call is billed when it arrives, for its
 * whole answer, whether or not anybody stays to read it. Only a call that is refused costs nothing. They share one bill.
 */
import type { TestContext } from 'node:test'
import {
  beginWith,
  configOf,
  frameOfDone,
  frameOfFinish,
  frameOfText,
  openStream,
  type ProviderCall,
  type ProviderPlace,
  startProvider,
  wordsIn,
} from './loopbackProvider.ts'

/** `cut`: the connection is closed in mid-answer. `hang`: it says a word and nothing more. Both bill all they were allowed. */
export type BillingPlay =
  | { readonly kind: 'answer'; readonly share: number }
  | { readonly kind: 'cut' | 'hang' | 'refuse' }

/** Its user's words are the request's id. */
export type BilledCall = {
  readonly provider: string
  readonly requestId: string
  readonly kind: BillingPlay['kind']
  readonly nanodollars: number
}

export type BillingProviders = {
  /** All calls so far, oldest first. */
  readonly calls: readonly BilledCall[]
  readonly billedNanodollars: (provider?: string) => number
  readonly places: Readonly<Record<string, ProviderPlace>>
}

/** As `configOf` declares them: $1 and $2 a million. */
const inputNanodollars = 1_000
const outputNanodollars = 2_000

export async function startBillingProviders(
  t: TestContext,
  names: readonly string[],
  playOf: (provider: string, index: number) => BillingPlay,
): Promise<BillingProviders> {
  const calls: BilledCall[] = []
  const places: Record<string, ProviderPlace> = {}
  for (const provider of names) {
    let index = 0
    const { baseUrl } = await startProvider(t, (call) => {
      const play = playOf(provider, index)
      index += 1
      const tokens = tokensOf(call, play)
      const nanodollars =
        play.kind === 'refuse' ? 0 : tokens.input * inputNanodollars + tokens.output * outputNanodollars
      calls.push({ provider, requestId: wordsIn(call), kind: play.kind, nanodollars })
      perform(call, play, tokens)
    })
    places[provider] = { baseUrl }
  }
  const billedNanodollars = (provider?: string) =>
    calls
      .filter((call) => provider === undefined || call.provider === provider)
      .reduce((sum, call) => sum + call.nanodollars, 0)
  return { calls, places, billedNanodollars }
}

/** Not on this machine, as far as the daemon knows: else it would have the patience that a local model needs. */
export function billedConfigOf({ places }: BillingProviders, more: { budgets: object; profile: object }): object {
  const { providers, ...rest } = configOf(places, more.profile) as {
    readonly providers: Readonly<Record<string, object>>
  }
  const remote = Object.entries(providers).map(([name, provider]) => [name, { ...provider, isLocal: false }])
  return { ...rest, providers: Object.fromEntries(remote), budgets: more.budgets }
}

type Tokens = { readonly input: number; readonly output: number }

/** The most that a tokenizer could count of the input, and what the answer has of what it was allowed. */
function tokensOf({ bodyText }: ProviderCall, play: BillingPlay): Tokens {
  const body = JSON.parse(bodyText) as {
    readonly messages: readonly { readonly content: string }[]
    readonly max_tokens?: number
    readonly max_completion_tokens?: number
  }
  const allowed = body.max_tokens ?? body.max_completion_tokens
  if (allowed === undefined) throw new Error('a call without an output limit')
  const input = body.messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + 4, 0)
  return { input, output: play.kind === 'answer' ? Math.ceil(allowed * play.share) : allowed }
}

function perform(call: ProviderCall, play: BillingPlay, { input, output }: Tokens): void {
  const { response } = call
  switch (play.kind) {
    case 'answer': {
      const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
      openStream(call)
      response.write(frameOfText('an answer'))
      response.end(`${frameOfFinish}data: ${JSON.stringify({ choices: [], usage })}\n\n${frameOfDone}`)
      return
    }
    case 'cut':
      openStream(call)
      response.write(frameOfText('half'), () => response.destroy())
      return
    case 'hang':
      beginWith(call, 'a word')
      return
    case 'refuse':
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"out of order"}}')
  }
}
