/**
 * What a model is called here, as OpenRouter writes it, when a list gives only the provider's own name: `author/slug`. Whoever
 * makes models sells their own; others name the author, or else stand for it.
 */
import type { ModelId } from '../../../shared/domain/ids.ts'

const authors: Readonly<Record<string, string>> = {
  azure: 'openai',
  mistral: 'mistralai',
  xai: 'x-ai',
  moonshot: 'moonshotai',
  zai: 'z-ai',
}
const makers: ReadonlySet<string> = new Set(['openai', 'anthropic', 'google', 'deepseek', 'cohere', 'perplexity'])

export function canonicalModelOf(kind: string, upstreamModel: string): ModelId {
  const name = upstreamModel.replace(/^(?:accounts\/fireworks\/)?models\//, '').replaceAll(/[\s@]/g, '-')
  const author = authors[kind] ?? kind
  const isOwn = makers.has(kind) || Object.hasOwn(authors, kind)
  const [first = '', ...rest] = name.split('/')
  const slug = rest.join('/')
  if (isOwn || slug === '') return `${author}/${slug === '' ? first : slug}` as ModelId
  return `${first.toLowerCase()}/${kind === 'openrouter' ? slug : slug.toLowerCase()}` as ModelId
}
