/**
 * The kinds of providers. What one user sets for one provider (base URL, keys, models) stands in the configuration.
 *
 * Sources, each the provider's own API reference and its page on OpenAI compatibility where it has one, as of 2026-10:
 * OpenAI, Anthropic, Google (Gemini API), OpenRouter, Azure OpenAI (v1 API), Amazon Bedrock (OpenAI-compatible endpoint),
 * Groq, Mistral, DeepSeek, xAI, Cohere (Compatibility API), Together, Fireworks, Cerebras, Perplexity, Moonshot, Z.ai,
 * NVIDIA NIM, GitHub Models, Hugging Face Inference Providers, DeepInfra, Ollama, LM Studio, llama.cpp server, vLLM.
 */
import type { ParameterName } from '../../shared/domain/parameterName.ts'
import { type ClaudeModel, claudeModelOf } from '../core/wire/claudeModel.ts'
import type { ProviderRow, ProviderRowKind } from './providerRow.ts'

const openaiShape = {
  dialect: 'openai-chat',
  auth: 'bearer',
  isLocal: false,
  isPractice: false,
  chatPath: '/chat/completions',
  modelsPath: '/models',
  modelNaming: 'slug',
  headers: {},
  quirks: { maxTokensParameter: 'max_tokens' },
  unsupported: ['top_k'],
} as const

/** A server on this machine; not `localhost`: where that is ::1 first, one bound to 127.0.0.1 would be tried second. */
const localShape = { ...openaiShape, isLocal: true, unsupported: [] } as const

/** Reasoning models of OpenAI refuse these. */
const reasoningRefuses: readonly ParameterName[] = [
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'logprobs',
  'top_logprobs',
]
const openaiReasoning = { models: /^(?:o\d|gpt-(?:[5-9]|\d\d)(?!.*chat))/, parameters: reasoningRefuses }
const penaltiesAndLogprobs: readonly ParameterName[] = [
  'frequency_penalty',
  'presence_penalty',
  'logprobs',
  'top_logprobs',
]

function claudeWhere(holds: (model: ClaudeModel) => boolean): { readonly test: (name: string) => boolean } {
  return { test: (name) => holds(claudeModelOf(name)) }
}

export const providerRows: Readonly<Record<ProviderRowKind, ProviderRow>> = {
  openai: {
    ...openaiShape,
    kind: 'openai',
    title: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    keyEnvironmentName: 'OPENAI_API_KEY',
    quirks: { maxTokensParameter: 'max_completion_tokens' },
    unsupportedBy: [openaiReasoning],
  },
  anthropic: {
    ...openaiShape,
    kind: 'anthropic',
    title: 'Anthropic',
    dialect: 'anthropic-messages',
    baseUrl: 'https://api.anthropic.com/v1',
    keyEnvironmentName: 'ANTHROPIC_API_KEY',
    auth: 'x-api-key',
    chatPath: '/messages',
    modelsPath: '/models?limit=1000',
    headers: { 'anthropic-version': '2023-06-01' },
    unsupported: ['seed', 'response_format', ...penaltiesAndLogprobs],
    unsupportedBy: [
      { models: claudeWhere(({ sampling }) => sampling === 'none'), parameters: ['temperature', 'top_p', 'top_k'] },
      { models: claudeWhere(({ thinking }) => thinking === 'none'), parameters: ['reasoning'] },
      { models: claudeWhere(({ takesSchemas }) => !takesSchemas), parameters: ['structured_outputs'] },
    ],
  },
  google: {
    ...openaiShape,
    kind: 'google',
    title: 'Google Gemini',
    dialect: 'gemini-generate',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    keyEnvironmentName: 'GEMINI_API_KEY',
    auth: 'x-goog-api-key',
    chatPath: '/models/{model}:streamGenerateContent?alt=sse',
    modelsPath: '/models?pageSize=1000',
    unsupported: ['parallel_tool_calls'],
  },
  openrouter: {
    ...openaiShape,
    kind: 'openrouter',
    title: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    keyEnvironmentName: 'OPENROUTER_API_KEY',
    modelNaming: 'whole-id',
    headers: { 'x-title': 'Waybill' },
    quirks: {
      maxTokensParameter: 'max_tokens',
      reasoning: 'object',
      reasoningBack: 'reasoning_details',
      keepsCacheControl: true,
    },
    unsupported: [],
  },
  azure: {
    ...openaiShape,
    kind: 'azure',
    title: 'Azure OpenAI',
    baseUrlExample: 'https://RESOURCE.openai.azure.com/openai/v1',
    keyEnvironmentName: 'AZURE_OPENAI_API_KEY',
    auth: 'api-key',
    quirks: { maxTokensParameter: 'max_completion_tokens' },
    unsupportedBy: [openaiReasoning],
  },
  bedrock: {
    ...openaiShape,
    kind: 'bedrock',
    title: 'Amazon Bedrock',
    baseUrlExample: 'https://bedrock-runtime.REGION.amazonaws.com/openai/v1',
    keyEnvironmentName: 'AWS_BEARER_TOKEN_BEDROCK',
    quirks: { maxTokensParameter: 'max_completion_tokens' },
    unsupported: ['top_k', 'seed', ...penaltiesAndLogprobs],
  },
  groq: {
    ...openaiShape,
    kind: 'groq',
    title: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    keyEnvironmentName: 'GROQ_API_KEY',
    quirks: { maxTokensParameter: 'max_completion_tokens' },
    unsupported: ['top_k', ...penaltiesAndLogprobs],
  },
  mistral: {
    ...openaiShape,
    kind: 'mistral',
    title: 'Mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    keyEnvironmentName: 'MISTRAL_API_KEY',
    quirks: { maxTokensParameter: 'max_tokens', seedParameter: 'random_seed', requiredToolChoice: 'any' },
    unsupported: ['top_k', 'logprobs', 'top_logprobs'],
  },
  deepseek: {
    ...openaiShape,
    kind: 'deepseek',
    title: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com',
    keyEnvironmentName: 'DEEPSEEK_API_KEY',
    quirks: { maxTokensParameter: 'max_tokens', reasoning: 'effort-and-switch', reasoningBack: 'reasoning_content' },
    unsupported: ['top_k', 'seed', 'structured_outputs', 'parallel_tool_calls'],
  },
  xai: {
    ...openaiShape,
    kind: 'xai',
    title: 'xAI',
    baseUrl: 'https://api.x.ai/v1',
    keyEnvironmentName: 'XAI_API_KEY',
    quirks: { maxTokensParameter: 'max_completion_tokens' },
    unsupportedBy: [
      { models: /^grok-4/, parameters: ['frequency_penalty', 'presence_penalty', 'stop'] },
      // Effort is taken since 4.3, and by 3 mini; others answer it with a 400 (release notes of two clients, 2026-02 and 2026-10).
      { models: /^grok-(?!3-mini|4\.[3-9]|[5-9])/, parameters: ['reasoning'] },
    ],
  },
  cohere: {
    ...openaiShape,
    kind: 'cohere',
    title: 'Cohere',
    baseUrl: 'https://api.cohere.ai/compatibility/v1',
    keyEnvironmentName: 'COHERE_API_KEY',
    unsupported: ['top_k', 'parallel_tool_calls', 'logprobs', 'top_logprobs'],
  },
  together: {
    ...openaiShape,
    kind: 'together',
    title: 'Together',
    baseUrl: 'https://api.together.xyz/v1',
    keyEnvironmentName: 'TOGETHER_API_KEY',
    modelNaming: 'whole-id',
    unsupported: ['parallel_tool_calls'],
  },
  fireworks: {
    ...openaiShape,
    kind: 'fireworks',
    title: 'Fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    keyEnvironmentName: 'FIREWORKS_API_KEY',
    unsupported: ['parallel_tool_calls'],
  },
  cerebras: {
    ...openaiShape,
    kind: 'cerebras',
    title: 'Cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    keyEnvironmentName: 'CEREBRAS_API_KEY',
    quirks: { maxTokensParameter: 'max_completion_tokens' },
    unsupported: ['top_k', 'frequency_penalty', 'presence_penalty'],
  },
  perplexity: {
    ...openaiShape,
    kind: 'perplexity',
    title: 'Perplexity',
    baseUrl: 'https://api.perplexity.ai',
    keyEnvironmentName: 'PERPLEXITY_API_KEY',
    unsupported: ['stop', 'seed', 'tools', 'tool_choice', 'parallel_tool_calls', 'logprobs', 'top_logprobs'],
  },
  moonshot: {
    ...openaiShape,
    kind: 'moonshot',
    title: 'Moonshot',
    baseUrl: 'https://api.moonshot.ai/v1',
    keyEnvironmentName: 'MOONSHOT_API_KEY',
    quirks: { maxTokensParameter: 'max_tokens', reasoningBack: 'reasoning_content' },
    unsupported: ['top_k', 'seed', 'reasoning', 'parallel_tool_calls', 'logprobs', 'top_logprobs'],
  },
  zai: {
    ...openaiShape,
    kind: 'zai',
    title: 'Z.ai',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    keyEnvironmentName: 'ZAI_API_KEY',
    quirks: { maxTokensParameter: 'max_tokens', reasoning: 'switch', reasoningBack: 'reasoning_content' },
    unsupported: ['top_k', 'seed', 'structured_outputs', 'parallel_tool_calls', ...penaltiesAndLogprobs],
  },
  nvidia: {
    ...openaiShape,
    kind: 'nvidia',
    title: 'NVIDIA NIM',
    baseUrl: 'https://integrate.api.nvidia.com/v1',
    keyEnvironmentName: 'NVIDIA_API_KEY',
    modelNaming: 'whole-id',
    unsupported: ['top_k', 'parallel_tool_calls'],
  },
  'github-models': {
    ...openaiShape,
    kind: 'github-models',
    title: 'GitHub Models',
    baseUrl: 'https://models.github.ai/inference',
    keyEnvironmentName: 'GITHUB_TOKEN',
    modelNaming: 'whole-id',
    modelsPath: '/../catalog/models',
    unsupported: ['top_k', 'parallel_tool_calls', 'logprobs', 'top_logprobs'],
    unsupportedBy: [{ models: /^openai\/(?:o\d|gpt-(?:[5-9]|\d\d)(?!.*chat))/, parameters: reasoningRefuses }],
  },
  huggingface: {
    ...openaiShape,
    kind: 'huggingface',
    title: 'Hugging Face',
    baseUrl: 'https://router.huggingface.co/v1',
    keyEnvironmentName: 'HF_TOKEN',
    modelNaming: 'whole-id',
    unsupported: ['top_k', 'parallel_tool_calls'],
  },
  deepinfra: {
    ...openaiShape,
    kind: 'deepinfra',
    title: 'DeepInfra',
    baseUrl: 'https://api.deepinfra.com/v1/openai',
    keyEnvironmentName: 'DEEPINFRA_API_KEY',
    modelNaming: 'whole-id',
    unsupported: ['parallel_tool_calls', 'logprobs', 'top_logprobs'],
  },
  ollama: {
    ...localShape,
    kind: 'ollama',
    title: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    // docs.ollama.com/cloud and ollama.com/download (2026-11): `gpt-oss:120b-cloud`, `glm-4.6:cloud`.
    handedOn: /[:-]cloud$/,
  },
  lmstudio: { ...localShape, kind: 'lmstudio', title: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1' },
  llamacpp: { ...localShape, kind: 'llamacpp', title: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1' },
  vllm: {
    ...localShape,
    kind: 'vllm',
    title: 'vLLM',
    baseUrl: 'http://127.0.0.1:8000/v1',
    modelNaming: 'whole-id',
  },
  custom: {
    ...openaiShape,
    kind: 'custom',
    title: 'OpenAI-compatible server',
    baseUrlExample: 'http://127.0.0.1:8000/v1',
    unsupported: [],
  },
  practice: {
    ...openaiShape,
    kind: 'practice',
    title: 'Practice provider (no model)',
    // Reached over a private socket; the name is only what its requests say. RFC 2606 keeps it from ever resolving.
    baseUrl: 'http://practice.invalid/v1',
    isLocal: true,
    isPractice: true,
    unsupported: [],
  },
}
