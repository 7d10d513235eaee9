/**
 * What each kind of provider says it does with what its API is sent, on its default terms for paying users. `dataCollection`
 * as OpenRouter means it: `deny` is a promise not to learn from it; keeping it for a while to look for abuse is what `isZdr`
 * (nothing is kept at all) excludes. Missing: the provider does not say so publicly, or it depends on the account or on who
 * is called behind it; filters then take it as a provider that may. What the user declares stands over all of this: only
 * they know their contract.
 */
import type { Endpoint } from '../../shared/domain/endpoint.ts'
import type { ProviderRowKind } from './providerRow.ts'

type DataPolicy = Pick<Endpoint, 'dataCollection' | 'isZdr'>

export type SourcedPolicy = DataPolicy & {
  /** Its page and when we read it; or why nothing is said here. */
  readonly source: string
  /** Models that it hands on to others, whose terms then hold. */
  readonly except?: RegExp
}

const ownMachine = { dataCollection: 'deny', isZdr: true, source: 'runs on this machine' } as const

export const dataPolicies: Readonly<Record<ProviderRowKind, SourcedPolicy>> = {
  openai: {
    dataCollection: 'deny',
    isZdr: false,
    source: 'developers.openai.com/api/docs/guides/your-data, 2026-11: not trained on; abuse logs for 30 days',
  },
  anthropic: {
    dataCollection: 'deny',
    isZdr: false,
    source:
      'Commercial Terms of 2025-06-17, platform.claude.com/docs/en/manage-claude/api-and-data-retention, 2026-11: not trained on; zero retention by agreement',
  },
  google: {
    isZdr: false,
    source: 'ai.google.dev/gemini-api/terms, 2026-11: the unpaid quota is learnt from, the paid one logged for a while',
  },
  openrouter: {
    source: 'openrouter.ai/docs/guides/privacy/provider-logging, 2026-11: depends on who is called behind it',
  },
  azure: {
    dataCollection: 'deny',
    isZdr: false,
    source: 'learn.microsoft.com/azure/ai-foundry/responsible-ai/openai/data-privacy, 2026-08: not trained on',
  },
  bedrock: {
    dataCollection: 'deny',
    source:
      'docs.aws.amazon.com/bedrock/latest/userguide/data-retention.html, 2026-11: not shared with a model’s maker; what is kept depends on model and account',
  },
  groq: {
    dataCollection: 'deny',
    isZdr: false,
    source:
      'console.groq.com/docs/your-data, 2026-11: kept only against abuse and failures, unless zero retention is on',
  },
  mistral: { source: 'unknown: the free plan is learnt from unless the user objects' },
  deepseek: { source: 'unknown' },
  xai: {
    dataCollection: 'deny',
    isZdr: false,
    source: 'docs.x.ai/docs/resources/faq-api/security, 2026-11: never trained on; kept for 30 days',
  },
  cohere: { source: 'unknown' },
  together: {
    dataCollection: 'deny',
    isZdr: true,
    source: 'docs.together.ai/docs/privacy-and-security, 2026-11: nothing stored, training only for who opts in',
  },
  fireworks: {
    dataCollection: 'deny',
    isZdr: true,
    source: 'docs.fireworks.ai/guides/security_compliance/data_handling, 2026-11: zero retention by default',
  },
  cerebras: { source: 'unknown' },
  perplexity: {
    dataCollection: 'deny',
    isZdr: true,
    source: 'docs.perplexity.ai/docs/resources/privacy-security, 2026-11: nothing retained, nothing trained on',
  },
  moonshot: { source: 'unknown' },
  zai: { source: 'unknown' },
  nvidia: { source: 'unknown: a trial service' },
  'github-models': { source: 'unknown: a preview' },
  huggingface: {
    source: 'huggingface.co/docs/inference-providers/security, 2026-11: depends on who is called behind it',
  },
  deepinfra: {
    dataCollection: 'deny',
    isZdr: true,
    source:
      'docs.deepinfra.com/account/data-privacy, 2026-11: memory only; models of Google and Anthropic by their terms',
    except: /^(?:anthropic\/|google\/gemini)/,
  },
  ollama: ownMachine,
  lmstudio: ownMachine,
  llamacpp: ownMachine,
  vllm: ownMachine,
  custom: { source: 'unknown: whoever runs it' },
  practice: ownMachine,
}

export function dataPolicyOf(kind: ProviderRowKind, upstreamModel: string): DataPolicy {
  const { source: _source, except, ...policy } = dataPolicies[kind]
  return except?.test(upstreamModel) ? {} : policy
}
