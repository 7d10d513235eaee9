/**
 * A chat request as the JSON body of `models/{model}:streamGenerateContent`.
 *
 * System text stands apart; roles are user and model, neighbours of one role are one content. A function response names
 * its function, found by the id of the call that it answers. Thought signatures go back on the part that they came on, or
 * as a part with empty text; a call that another model made gets the documented stand-in, which Gemini 3 demands.
 * Sources (2026-10): Gemini API reference "Generating content", guides "Function calling", "Thinking", "Thought
 * signatures", "Structured output".
 */
import type {
  ChatMessage,
  ChatParameters,
  ChatRequest,
  ChatTool,
  ContentPart,
  ProviderSeal,
} from '../../../shared/domain/chatRequest.ts'
import { geminiSchemaOf } from './geminiSchema.ts'
import { parsedOf, recordOf } from './json.ts'
import type { WireOptions } from './wire.ts'

type Part = Readonly<Record<string, unknown>>

export function encodeGeminiGenerate(request: ChatRequest, { model }: Pick<WireOptions, 'model'>): string {
  const { messages, parameters, tools = [] } = request
  const system = messages.filter(({ role }) => role === 'system').flatMap(({ content }) => contentPartsOf(content))
  // JSON.stringify leaves out what is undefined.
  return JSON.stringify({
    systemInstruction: system.length === 0 ? undefined : { parts: system },
    contents: contentsOf(messages, model),
    tools: tools.length === 0 ? undefined : [{ functionDeclarations: tools.map(encodeTool) }],
    toolConfig: tools.length === 0 ? undefined : toolConfigOf(parameters),
    generationConfig: generationConfigOf(parameters, model),
  })
}

type Content = { readonly role: 'user' | 'model'; readonly parts: readonly Part[] }

function contentsOf(messages: readonly ChatMessage[], model: string): readonly Content[] {
  const names = new Map(messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id, name }) => [id, name] as const)))
  const contents: Content[] = []
  for (const message of messages) {
    if (message.role === 'system') continue
    const role = message.role === 'assistant' ? 'model' : 'user'
    const parts = partsOf(message, names, model)
    if (parts.length === 0) continue
    const last = contents.at(-1)
    if (last?.role === role) contents[contents.length - 1] = { role, parts: [...last.parts, ...parts] }
    else contents.push({ role, parts })
  }
  return contents
}

function partsOf(message: ChatMessage, names: ReadonlyMap<string, string>, model: string): readonly Part[] {
  if (message.role === 'tool') return [functionResponseOf(message, names)]
  if (message.role !== 'assistant') return contentPartsOf(message.content)
  const sealed = (message.reasoning ?? []).flatMap(({ text, seal }) => {
    const signature = signatureOf(seal)
    return signature === undefined ? [] : [{ text, thoughtSignature: signature }]
  })
  return [
    ...sealed.filter(({ text }) => text !== '').map((part) => ({ ...part, thought: true })),
    ...contentPartsOf(message.content),
    // A signature that came on the answer's text, or on a part of its own, follows the text.
    ...sealed.filter(({ text }) => text === ''),
    ...(message.toolCalls ?? []).map((call, index) => {
      const signature = signatureOf(call.seal) ?? standIn(model, index)
      const args = recordOf(parsedOf(call.argumentsText)) ?? {}
      return {
        functionCall: { name: call.name, args },
        ...(signature !== undefined && { thoughtSignature: signature }),
      }
    }),
  ]
}

function signatureOf(seal: ProviderSeal | undefined): string | undefined {
  return seal?.dialect === 'gemini-generate' ? seal.signature : undefined
}

/** For the first call of a message; parallel ones beside it carry none ("Thought signatures", questions and answers). */
function standIn(model: string, index: number): string | undefined {
  return isGemini3(model) && index === 0 ? 'skip_thought_signature_validator' : undefined
}

function isGemini3(model: string): boolean {
  return /gemini-(?:[3-9]|\d\d)/.test(model)
}

function contentPartsOf(content: ChatMessage['content']): readonly Part[] {
  const parts: readonly ContentPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  return parts.flatMap((part): readonly Part[] => {
    if (part.type === 'image') return [{ inlineData: { mimeType: part.mediaType, data: part.base64 } }]
    return part.text === '' ? [] : [{ text: part.text }]
  })
}

/** The response has to be an object. */
function functionResponseOf(message: ChatMessage, names: ReadonlyMap<string, string>): Part {
  const { content, toolCallId = '' } = message
  const text =
    typeof content === 'string' ? content : content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const response = recordOf(parsedOf(text)) ?? { result: text }
  return { functionResponse: { name: names.get(toolCallId) ?? toolCallId, response } }
}

function encodeTool({ name, description, parameters }: ChatTool): Part {
  const hasParameters = Object.keys(recordOf(parameters.properties) ?? {}).length > 0
  return {
    name,
    ...(description !== undefined && { description }),
    // An object without properties is refused.
    ...(hasParameters && { parameters: geminiSchemaOf(parameters) }),
  }
}

function toolConfigOf({ toolChoice }: ChatParameters): Part | undefined {
  if (toolChoice === undefined) return undefined
  if (typeof toolChoice === 'object') {
    return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [toolChoice.name] } }
  }
  const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const
  return { functionCallingConfig: { mode: modes[toolChoice] } }
}

function generationConfigOf(parameters: ChatParameters, model: string): Part {
  const { responseFormat, logprobs, topLogprobs } = parameters
  return {
    maxOutputTokens: parameters.maxOutputTokens,
    temperature: parameters.temperature,
    topP: parameters.topP,
    topK: parameters.topK,
    stopSequences: parameters.stop,
    seed: parameters.seed,
    frequencyPenalty: parameters.frequencyPenalty,
    presencePenalty: parameters.presencePenalty,
    responseMimeType: responseFormat === undefined ? undefined : 'application/json',
    responseSchema: responseFormat?.type === 'json-schema' ? geminiSchemaOf(responseFormat.schema) : undefined,
    responseLogprobs: logprobs,
    logprobs: logprobs === true ? topLogprobs : undefined,
    thinkingConfig: thinkingConfigOf(parameters, model),
  }
}

/** Gemini 2.5; its Pro cannot stop thinking and takes at least 128. */
const budgets = { none: 0, minimal: 512, low: 1_024, medium: 8_192, high: 24_576 } as const

function thinkingConfigOf({ reasoningEffort }: ChatParameters, model: string): Part | undefined {
  if (reasoningEffort === undefined) return undefined
  const isPro = model.includes('pro')
  const includeThoughts = reasoningEffort !== 'none'
  if (isGemini3(model)) {
    // It always thinks; Pro knows no `minimal`.
    const least = isPro ? 'low' : 'minimal'
    const thinkingLevel = reasoningEffort === 'none' || reasoningEffort === 'minimal' ? least : reasoningEffort
    return { thinkingLevel, includeThoughts }
  }
  const budget = budgets[reasoningEffort]
  return { thinkingBudget: isPro ? Math.max(128, budget) : budget, includeThoughts }
}
