/**
 * The kinds of providers, each a row of data: what is the same for everyone who uses that kind. What one user sets for
 * one provider (base URL, key, models) stands in the configuration.
 * Sources (2026-10): OpenAI API reference, OpenRouter API reference, Ollama "OpenAI compatibility".
 */
import type { Dialect } from '../../shared/domain/dialect.ts'
import type { ModelId } from '../../shared/domain/ids.ts'
import type { MaxTokensParameter } from '../core/wire/openaiChatRequest.ts'

export const rowKinds = ['openai', 'openrouter', 'ollama', 'custom', 'practice'] as const
export type ProviderRowKind = (typeof rowKinds)[number]

export type ProviderRow = {
  readonly kind: ProviderRowKind
  readonly title: string
  readonly dialect: Dialect
  /** Up to and including the API's version, without a final slash. Missing: the user must give one. */
  readonly baseUrl?: string
  /** The environment variable that holds its key. Missing: it needs none unless the configuration names one. */
  readonly keyEnvironmentName?: string
  readonly isLocal: boolean
  readonly isPractice: boolean
  readonly maxTokensParameter: MaxTokensParameter
  /** Below the base URL. */
  readonly chatPath: string
  readonly modelsPath: string
  /** What the provider calls a model by default: its slug, or the whole `author/slug`. */
  readonly modelNaming: 'slug' | 'whole-id'
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>
}

const openaiShape = {
  dialect: 'openai-chat',
  isLocal: false,
  isPractice: false,
  maxTokensParameter: 'max_tokens',
  chatPath: '/chat/completions',
  modelsPath: '/models',
  modelNaming: 'slug',
  headers: {},
} as const

export const providerRows: Readonly<Record<ProviderRowKind, ProviderRow>> = {
  openai: {
    ...openaiShape,
    kind: 'openai',
    title: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    keyEnvironmentName: 'OPENAI_API_KEY',
    maxTokensParameter: 'max_completion_tokens',
  },
  openrouter: {
    ...openaiShape,
    kind: 'openrouter',
    title: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    keyEnvironmentName: 'OPENROUTER_API_KEY',
    modelNaming: 'whole-id',
    headers: { 'x-title': 'Waybill' },
  },
  ollama: {
    ...openaiShape,
    kind: 'ollama',
    title: 'Ollama',
    // Not `localhost`: where that is ::1 first, a server bound to 127.0.0.1 would be tried second.
    baseUrl: 'http://127.0.0.1:11434/v1',
    isLocal: true,
  },
  custom: { ...openaiShape, kind: 'custom', title: 'OpenAI-compatible server' },
  practice: {
    ...openaiShape,
    kind: 'practice',
    title: 'Practice provider (no model)',
    // Reached over a private socket; the name is only what its requests say. RFC 2606 keeps it from ever resolving.
    baseUrl: 'http://practice.invalid/v1',
    isLocal: true,
    isPractice: true,
  },
}

/** The name that the provider's API wants unless the configuration gives another. */
export function upstreamModelOf(row: ProviderRow, model: ModelId): string {
  return row.modelNaming === 'whole-id' ? model : model.slice(model.indexOf('/') + 1)
}
