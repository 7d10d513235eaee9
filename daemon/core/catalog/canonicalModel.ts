/**
 * What a model is called here, `author/slug` as OpenRouter writes it, when a list gives only the provider's own name: so that
 * one model of several providers is one model. Dates, `latest`, dots and dashes, and words such as `instruct` make no
 * difference; words that name another model (`chat`, `turbo`, `preview`) do. Used by the daemon and by the script that makes
 * the snapshot.
 */
import type { ModelId } from '../../../shared/domain/ids.ts'

/** From either key of a name to OpenRouter's ids. */
export type ModelNames = ReadonlyMap<string, readonly string[]>

/** Those who sell models that they made themselves, and how OpenRouter calls them. */
const makers: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  deepseek: 'deepseek',
  cohere: 'cohere',
  perplexity: 'perplexity',
  azure: 'openai',
  mistral: 'mistralai',
  xai: 'x-ai',
  moonshot: 'moonshotai',
  zai: 'z-ai',
}
/** What a server of one's own runs is its own: quantized, tuned, cut. It is never taken for somebody's model. */
const ownServers: ReadonlySet<string> = new Set(['ollama', 'lmstudio', 'llamacpp', 'vllm', 'custom'])

export function canonicalModelOf(kind: string, upstreamModel: string, names: () => ModelNames = noNames): ModelId {
  const isJoined = kind !== 'openrouter' && !ownServers.has(kind)
  if (!isJoined) return ownModelOf(kind, upstreamModel)
  const maker = makers[kind]
  for (const keyOf of [closeKeyOf, looseKeyOf]) {
    const found = names().get(keyOf(upstreamModel))
    const own = found?.find((name) => maker === undefined || name.startsWith(`${maker}/`))
    if (own !== undefined) return own as ModelId
  }
  return ownModelOf(kind, withoutDate(upstreamModel.toLowerCase()))
}

/** OpenRouter's ids, the shortest of a key first; variants such as `:free` are models of their own. */
export function modelNamesOf(ids: readonly string[]): ModelNames {
  const names = new Map<string, string[]>()
  const plain = ids
    .filter((id) => !id.includes(':') && !id.startsWith('~') && id.includes('/'))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  for (const id of plain) {
    for (const key of new Set([closeKeyOf(id), looseKeyOf(id)])) names.set(key, [...(names.get(key) ?? []), id])
  }
  return names
}

type Named = { readonly model: ModelId; readonly upstreamModel: string }

/**
 * No two models of one provider are called the same: the one whose own name is closest keeps the common name (of equals the
 * shortest, which stands for the newest), the others go by their own.
 */
export function withDistinctIds<Model extends Named>(kind: string, models: readonly Model[]): readonly Model[] {
  const keepers = new Map<ModelId, Model>()
  for (const one of models) {
    const keeper = keepers.get(one.model)
    if (keeper === undefined || distanceOf(one) < distanceOf(keeper)) keepers.set(one.model, one)
  }
  const taken = new Set(keepers.keys())
  return models.flatMap((one) => {
    if (keepers.get(one.model) === one) return [one]
    const model = ownModelOf(kind, one.upstreamModel.toLowerCase())
    // Left over are only names that differ in nothing but case.
    if (taken.has(model)) return []
    taken.add(model)
    return [{ ...one, model }]
  })
}

function distanceOf({ model, upstreamModel }: Named): number {
  const isClose = closeKeyOf(upstreamModel) === closeKeyOf(model)
  return (isClose ? 0 : 1_000) + upstreamModel.length
}

function ownModelOf(kind: string, upstreamModel: string): ModelId {
  const name = upstreamModel.replace(/^(?:accounts\/fireworks\/)?models\//, '').replaceAll(/[\s@]/g, '-')
  const maker = makers[kind]
  const [first = '', ...rest] = name.split('/')
  const slug = rest.join('/')
  if (maker !== undefined || slug === '') return `${maker ?? kind}/${slug === '' ? first : slug}` as ModelId
  return `${first.toLowerCase()}/${kind === 'openrouter' ? slug : slug.toLowerCase()}` as ModelId
}

function withoutDate(name: string): string {
  return name.replace(/[-@](?:20\d{6}|20\d\d-\d\d-\d\d)(?=$|-|:)/, '').replace(/-latest$/, '')
}

function closeKeyOf(id: string): string {
  const slug = id.toLowerCase().slice(id.lastIndexOf('/') + 1)
  return withoutDate(slug).replaceAll(/[._]/g, '-')
}

/**
 * `turbo` after `instruct` is how Together calls a faster deployment; elsewhere it is another model. OpenRouter writes
 * DeepSeek-V3.1 as `deepseek-chat-v3.1`.
 */
function looseKeyOf(id: string): string {
  return closeKeyOf(id)
    .replace(/^deepseek-chat-(?=v\d)/, 'deepseek-')
    .replaceAll(
      /-instruct-turbo(?=$|-)|-(?:instruct|it|versatile|instant|fp8|maas|hf)(?=$|-)|^(?:meta|zai|moonshotai)-/g,
      '',
    )
}

const none: ModelNames = new Map()

function noNames(): ModelNames {
  return none
}
