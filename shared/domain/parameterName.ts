/** What a request may ask for beside its messages, in the names that OpenRouter gives to `supported_parameters` (2026-10). */
import * as z from 'zod'

export const parameterNames = [
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'frequency_penalty',
  'presence_penalty',
  'stop',
  'seed',
  'reasoning',
  'response_format',
  'structured_outputs',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'logprobs',
  'top_logprobs',
] as const
export const parameterNameSchema = z.enum(parameterNames)
export type ParameterName = (typeof parameterNames)[number]
