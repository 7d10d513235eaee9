/**
 * A chat request as the JSON body of POST models/{model}:streamGenerateContent?alt=sse. The model stands in the path.
 *
 * There is no parameter for parallel calls, and none for `cache_control`: Gemini caches prefixes by itself.
 * Sources (2026-10): Gemini API reference, "GenerateContentRequest", "GenerationConfig" and "FunctionCallingConfig"
 * (ai.google.dev/api/generate-content, /api/caching), guides "Function calling" and "Structured outputs".
 */
import type { ChatParameters, ChatRequest, ChatTool, ToolChoice } from '../../../shared/domain/chatRequest.ts'
import { geminiContentsOf } from './geminiContents.ts'
import { geminiSchemaOf } from './geminiSchema.ts'
import { geminiVersionOf, thinkingConfigOf } from './geminiThinking.ts'
import { type Json, recordOf } from './json.ts'
import type { WireOptions } from './wire.ts'

export function encodeGemini(request: ChatRequest, options: WireOptions): string {
  const { parameters, tools = [] } = request
  const hasTools = tools.length > 0
  // JSON.stringify leaves out what is undefined.
  return JSON.stringify({
    ...geminiContentsOf(request.messages, { isGemini3: geminiVersionOf(options.model) >= 3 }),
    tools: hasTools ? [{ functionDeclarations: tools.map(declarationOf) }] : undefined,
    toolConfig:
      hasTools && parameters.toolChoice !== undefined
        ? { functionCallingConfig: callingConfigOf(parameters.toolChoice) }
        : undefined,
    generationConfig: generationConfigOf(parameters, options),
  })
}

/** A function without parameters has none: an object that can hold nothing is refused. */
function declarationOf(tool: ChatTool): object {
  const schema = geminiSchemaOf(tool.parameters)
  const { properties, anyOf, additionalProperties = false } = schema
  const isEmpty =
    Object.keys(recordOf(properties) ?? {}).length === 0 && anyOf === undefined && additionalProperties === false
  return {
    name: tool.name,
    description: tool.description ?? '',
    parametersJsonSchema: isEmpty ? undefined : schema,
  }
}

function callingConfigOf(choice: ToolChoice): object {
  if (typeof choice === 'object') return { mode: 'ANY', allowedFunctionNames: [choice.name] }
  return { mode: choice === 'required' ? 'ANY' : choice === 'none' ? 'NONE' : 'AUTO' }
}

function generationConfigOf(parameters: ChatParameters, options: WireOptions): object {
  const { stop = [], seed, logprobs, topLogprobs } = parameters
  return {
    maxOutputTokens: parameters.maxOutputTokens,
    temperature: parameters.temperature,
    topP: parameters.topP,
    topK: parameters.topK,
    frequencyPenalty: parameters.frequencyPenalty,
    presencePenalty: parameters.presencePenalty,
    stopSequences: stop.length > 0 ? stop : undefined,
    // An int32: larger seeds keep their last 32 bits.
    seed: seed === undefined ? undefined : seed | 0,
    responseLogprobs: logprobs === true ? true : undefined,
    logprobs: logprobs === true ? topLogprobs : undefined,
    thinkingConfig: thinkingConfigOf(options.model, parameters.reasoningEffort),
    ...responseFormatOf(parameters.responseFormat),
  }
}

function responseFormatOf(format: ChatParameters['responseFormat']): Json {
  if (format === undefined) return {}
  const responseMimeType = 'application/json'
  return format.type === 'json'
    ? { responseMimeType }
    : { responseMimeType, responseJsonSchema: geminiSchemaOf(format.schema) }
}
