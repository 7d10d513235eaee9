/**
 * Tool calls of one answer, put together from their deltas. Calls are told apart by `index`; where a server sends none,
 * or gives several calls the same one, by `id`; never by name.
 *
 * Each call gets an id (`call_0`, `call_1`... if the server gives none), a name, and arguments that are whole JSON: a
 * call without parameters has `{}`. Arguments that were cut short are a problem, not a call.
 */
import { parsedOf, recordOf, textOf } from './json.ts'
import type { WireEvent } from './wireEvent.ts'

type ToolCallEvent = Extract<WireEvent, { type: 'tool-call' }>

export type ToolCalls = {
  readonly onDeltas: (deltas: readonly unknown[]) => readonly ToolCallEvent[]
  readonly isEmpty: () => boolean
  /** What is still missing for calls to be whole. Ask once, at the end. */
  readonly close: () => readonly ToolCallEvent[]
  /** Whether every call has a name and arguments that are JSON. Ask after `close`. */
  readonly areWhole: () => boolean
}

type Call = {
  readonly index: number
  readonly wireIndex: unknown
  readonly id: string
  name: string
  argumentsText: string
}

export function createToolCalls(): ToolCalls {
  const calls: Call[] = []
  const callOf = (delta: Delta): Call => {
    const same = calls.findLast((call) => isSameCall(call, delta))
    if (same !== undefined) return same
    const index = calls.length
    const id = delta.id === '' ? `call_${index}` : delta.id
    const call: Call = { index, wireIndex: delta.wireIndex, id, name: '', argumentsText: '' }
    calls.push(call)
    return call
  }
  return {
    onDeltas: (deltas) =>
      deltas.flatMap((value) => {
        const delta = decodeDelta(value)
        const before = calls.length
        const call = callOf(delta)
        const isNew = calls.length > before
        const isNamed = call.name === '' && delta.name !== ''
        if (isNamed) call.name = delta.name
        call.argumentsText += delta.argumentsText
        if (!isNew && !isNamed && delta.argumentsText === '') return []
        return [eventOf(call, { isNew, isNamed, argumentsText: delta.argumentsText })]
      }),
    isEmpty: () => calls.length === 0,
    close: () =>
      calls
        .filter((call) => call.argumentsText === '')
        .map((call) => {
          call.argumentsText = '{}'
          return eventOf(call, { isNew: false, isNamed: false, argumentsText: '{}' })
        }),
    areWhole: () => calls.every((call) => call.name !== '' && parsedOf(call.argumentsText) !== undefined),
  }
}

type Delta = { readonly wireIndex: unknown; readonly id: string; readonly name: string; readonly argumentsText: string }

function isSameCall(call: Call, delta: Delta): boolean {
  if (delta.wireIndex === undefined) return delta.id === '' || delta.id === call.id
  if (delta.wireIndex !== call.wireIndex) return false
  // A second call that starts under the same number, as Gemini's compatible endpoint sends them.
  const startsAnother = delta.name !== '' && delta.id !== '' && delta.id !== call.id
  return !startsAnother
}

function eventOf(
  call: Call,
  news: { readonly isNew: boolean; readonly isNamed: boolean; readonly argumentsText: string },
): ToolCallEvent {
  return {
    type: 'tool-call',
    index: call.index,
    ...(news.isNew && { id: call.id }),
    ...(news.isNamed && { name: call.name }),
    argumentsText: news.argumentsText,
  }
}

function decodeDelta(value: unknown): Delta {
  const delta = recordOf(value) ?? {}
  const called = recordOf(delta.function) ?? {}
  return {
    wireIndex: delta.index ?? undefined,
    id: textOf(delta.id),
    name: textOf(called.name),
    argumentsText: argumentsTextOf(called.arguments),
  }
}

/** Ollama and some gateways send the arguments as an object. */
function argumentsTextOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : ''
}
