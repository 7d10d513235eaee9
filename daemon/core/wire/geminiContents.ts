/**
 * The messages of a conversation as Gemini's `contents`, and its system messages as `systemInstruction`.
 *
 * Thought signatures go back unchanged where they came: on the call they came with, on a thought before the text, or
 * on an empty text part behind the text, never joined with another part. Seals of other dialects stay out. The results of
 * calls made together stand together, in the order of the calls, by name.
 * Sources (2026-10): Gemini API, "Thought signatures" (ai.google.dev/gemini-api/docs/thought-signatures), "Function
 * calling", and the reference of Content, Part, FunctionCall and FunctionResponse.
 */
import type { ChatMessage, ContentPart, ProviderSeal } from '../../../shared/domain/chatRequest.ts'
import { type Json, parsedOf, recordOf } from './json.ts'

export type GeminiContent = { readonly role: 'user' | 'model'; readonly parts: readonly Json[] }

export type GeminiContents = {
  readonly systemInstruction?: { readonly parts: readonly Json[] }
  readonly contents: readonly GeminiContent[]
}

/** Since Gemini 3 a call without a signature is refused, and images may lie within a function's response. */
export type ContentsOptions = { readonly isGemini3: boolean }

export function geminiContentsOf(messages: readonly ChatMessage[], options: ContentsOptions): GeminiContents {
  const system = messages.filter((message) => message.role === 'system').flatMap((message) => partsOf(message.content))
  const contents = joined(messages.flatMap((message, at) => contentsOf(message, at, { messages, options })))
  // A request without contents is refused.
  if (contents.length === 0 && system.length > 0) return { contents: [{ role: 'user', parts: system }] }
  return { ...(system.length > 0 && { systemInstruction: { parts: system } }), contents }
}

type Conversation = { readonly messages: readonly ChatMessage[]; readonly options: ContentsOptions }

function contentsOf(message: ChatMessage, at: number, conversation: Conversation): readonly GeminiContent[] {
  switch (message.role) {
    case 'system':
      return []
    case 'user':
      return [{ role: 'user', parts: partsOf(message.content) }]
    case 'assistant':
      return [{ role: 'model', parts: modelPartsOf(message, conversation.options) }]
    case 'tool':
      // A run of results is encoded as a whole, at its first.
      return conversation.messages[at - 1]?.role === 'tool' ? [] : resultContentsOf(at, conversation)
  }
}

/** Neighbours of one role become one content; results of functions keep one of their own. */
function joined(contents: readonly GeminiContent[]): readonly GeminiContent[] {
  const list: GeminiContent[] = []
  for (const content of contents) {
    if (content.parts.length === 0) continue
    const last = list.at(-1)
    if (last?.role !== content.role || isResult(last) || isResult(content)) list.push(content)
    else list[list.length - 1] = { role: last.role, parts: [...last.parts, ...content.parts] }
  }
  return list
}

function isResult(content: GeminiContent): boolean {
  return content.parts[0]?.functionResponse !== undefined
}

/** Empty texts are left out: they say nothing, and some models refuse them. */
function partsOf(content: ChatMessage['content']): readonly Json[] {
  const parts: readonly ContentPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  return parts.flatMap((part): readonly Json[] => {
    if (part.type === 'image') return [{ inlineData: { mimeType: part.mediaType, data: part.base64 } }]
    return part.text === '' ? [] : [{ text: part.text }]
  })
}

/** In this place Google documents this word for calls that another model made, which have no signature of Gemini's. */
const unsigned = 'skip_thought_signature_validator'

function modelPartsOf(message: ChatMessage, options: ContentsOptions): readonly Json[] {
  const { reasoning = [], toolCalls = [] } = message
  const isOwn = isGeminis(message)
  const sealed = reasoning.flatMap(({ text, seal }) => {
    const signed = signatureOf(seal)
    return signed === undefined ? [] : [text === '' ? { text, ...signed } : { text, thought: true, ...signed }]
  })
  const calls = toolCalls.map((call, at) => {
    const mayLack = !options.isGemini3 || isOwn || at > 0
    return {
      functionCall: { ...idOf(call.id, isOwn), name: call.name, args: argsOf(call.argumentsText) },
      ...(signatureOf(call.seal) ?? (mayLack ? undefined : { thoughtSignature: unsigned })),
    }
  })
  const thoughts = sealed.filter((part) => part.text !== '')
  const behind = sealed.filter((part) => part.text === '')
  return [...thoughts, ...partsOf(message.content), ...behind, ...calls]
}

/** Whether Gemini itself said this: then calls without a signature are as it made them. */
function isGeminis(message: ChatMessage): boolean {
  const seals = [...(message.reasoning ?? []), ...(message.toolCalls ?? [])].map((item) => item.seal)
  return seals.some((seal) => signatureOf(seal) !== undefined)
}

function signatureOf(seal: ProviderSeal | undefined): { readonly thoughtSignature: string } | undefined {
  if (seal?.dialect !== 'gemini-generate' || seal.signature === undefined) return undefined
  return { thoughtSignature: seal.signature }
}

/** An id goes back only if Gemini gave it; `call_0` and the like are ours. */
function idOf(id: string, isOwn: boolean): { readonly id?: string } {
  return isOwn && !/^call_\d+$/.test(id) ? { id } : {}
}

/** Arguments must be an object. */
function argsOf(argumentsText: string): Json {
  if (argumentsText.trim() === '') return {}
  return recordOf(parsedOf(argumentsText)) ?? { arguments: argumentsText }
}

type Result = { readonly order: number; readonly part: Json; readonly images: readonly Json[] }

/** The results of a run of tool messages that starts at `at`: first all responses, then the images that came with them. */
function resultContentsOf(at: number, { messages, options }: Conversation): readonly GeminiContent[] {
  const end = messages.findIndex((message, index) => index > at && message.role !== 'tool')
  const run = messages.slice(at, end === -1 ? undefined : end)
  const results = run.map((message) => resultOf(message, messages.slice(0, at), options))
  const ordered = results.flatMap((result) => (result === undefined ? [] : [result])).sort(byOrder)
  // The call that it answers is not in the conversation: all that is left is what was said.
  const homeless = run.filter((_, index) => results[index] === undefined).flatMap((message) => partsOf(message.content))
  return [
    { role: 'user', parts: ordered.map((result) => result.part) },
    { role: 'user', parts: [...ordered.flatMap((result) => result.images), ...homeless] },
  ]
}

function byOrder(one: Result, other: Result): number {
  return one.order - other.order
}

function resultOf(message: ChatMessage, before: readonly ChatMessage[], options: ContentsOptions): Result | undefined {
  // Ids of ours repeat from answer to answer: the latest call of that id is meant.
  const asker = before.findLast(({ toolCalls = [] }) => toolCalls.some((call) => call.id === message.toolCallId))
  const order = asker?.toolCalls?.findIndex((call) => call.id === message.toolCallId) ?? -1
  const call = asker?.toolCalls?.[order]
  if (asker === undefined || call === undefined) return undefined
  const parts = partsOf(message.content)
  const images = parts.filter((part) => part.inlineData !== undefined)
  const text = parts.flatMap((part) => (typeof part.text === 'string' ? [part.text] : [])).join('\n')
  const isWithin = options.isGemini3 && images.length > 0
  return {
    order,
    part: {
      functionResponse: {
        ...idOf(call.id, isGeminis(asker)),
        name: call.name,
        response: recordOf(parsedOf(text)) ?? { output: text },
        ...(isWithin && { parts: images }),
      },
    },
    images: isWithin ? [] : images,
  }
}
