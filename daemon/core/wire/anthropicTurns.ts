/**
 * The messages of a conversation as the turns that the Anthropic API takes, whatever the conversation:
 *
 * - user and assistant alternate, the user begins, and no turn is empty;
 * - results of tools come first in the user's turn that follows their calls, in the order of the calls, and every call
 *   has one; a result whose call is not there is text;
 * - thoughts stand in their order before what they led to, and no turn of the assistant ends with one.
 *
 * System messages are not looked at: they stand apart.
 * Sources (2026-11): Claude platform documentation "Handle tool calls", "Thinking", API reference "Messages"; the API's
 * messages "first message must use the user role", "tool_use ids were found without tool_result blocks immediately
 * after" and "unexpected tool_use_id found in tool_result blocks" (github.com/anthropics/claude-code/issues/7929, 13460),
 * "This model does not support assistant message prefill" (github.com/aaif-goose/goose/issues/7425).
 */
import type { ChatMessage } from '../../../shared/domain/chatRequest.ts'
import { anthropicBlocksOf, isThinkingBlock, thinkingBlocksOf } from './anthropicBlocks.ts'
import { createToolIds } from './anthropicToolIds.ts'
import { type Json, parsedOf, recordOf, textOf } from './json.ts'

export type AnthropicTurn = { readonly role: 'user' | 'assistant'; readonly content: readonly Json[] }

/** What the user says where the API wants a turn of the user and the conversation has none. */
const beginning = 'Begin.'
const goingOn = 'Continue.'

/** May end with the assistant: see `endedByUser` and `endedForPrefill`. */
export function anthropicTurnsOf(messages: readonly ChatMessage[]): readonly AnthropicTurn[] {
  const turns: AnthropicTurn[] = []
  const toolIds = createToolIds()
  let open: readonly OpenCall[] = []
  for (const run of runsOf(messages)) {
    if (run[0]?.role === 'assistant') {
      open = openCallsOf(run, toolIds)
      push(turns, { role: 'assistant', content: assistantBlocksOf(run, open) })
    } else {
      push(turns, { role: 'user', content: userBlocksOf(run, open) })
      open = []
    }
  }
  push(turns, { role: 'user', content: userBlocksOf([], open) })
  return turns[0]?.role === 'user' ? turns : [userTurn(beginning), ...turns]
}

/** For models that must have the last word: the assistant is asked to go on. */
export function endedByUser(turns: readonly AnthropicTurn[]): readonly AnthropicTurn[] {
  return turns.at(-1)?.role === 'user' ? turns : [...turns, userTurn(goingOn)]
}

/** For models that carry on what the assistant began: it must not end with white space. */
export function endedForPrefill(turns: readonly AnthropicTurn[]): readonly AnthropicTurn[] {
  const last = turns.at(-1)
  const block = last?.content.at(-1)
  if (last?.role !== 'assistant' || block?.type !== 'text') return turns
  const trimmed = { ...block, text: textOf(block.text).trimEnd() }
  return [...turns.slice(0, -1), { ...last, content: [...last.content.slice(0, -1), trimmed] }]
}

/**
 * Results of tools are given, and the turn in which they were called did not begin with a thought of Claude's: with a
 * budget for thinking the API refuses that.
 */
export function isAmidForeignTurn(turns: readonly AnthropicTurn[]): boolean {
  let at = turns.length - 1
  if (!bringsResults(turns[at])) return false
  while (bringsResults(turns[at])) at -= 2
  return !isThinkingBlock(turns[at + 1]?.content[0])
}

function bringsResults(turn: AnthropicTurn | undefined): boolean {
  return turn?.content[0]?.type === 'tool_result'
}

function userTurn(text: string): AnthropicTurn {
  return { role: 'user', content: [{ type: 'text', text }] }
}

/** Neighbours of one side: the assistant's, and those of user and tools. */
function runsOf(messages: readonly ChatMessage[]): readonly (readonly ChatMessage[])[] {
  const runs: ChatMessage[][] = []
  for (const message of messages) {
    if (message.role === 'system') continue
    const last = runs.at(-1)
    const isSameSide = (last?.[0]?.role === 'assistant') === (message.role === 'assistant')
    if (last !== undefined && isSameSide) last.push(message)
    else runs.push([message])
  }
  return runs
}

function push(turns: AnthropicTurn[], turn: AnthropicTurn): void {
  if (turn.content.length === 0) return
  const last = turns.at(-1)
  if (last?.role === turn.role) {
    turns[turns.length - 1] = { role: turn.role, content: [...last.content, ...turn.content] }
  } else turns.push(turn)
}

type OpenCall = { readonly askedId: string; readonly id: string; readonly name: string; readonly argumentsText: string }

function openCallsOf(run: readonly ChatMessage[], toolIds: (id: string) => string): readonly OpenCall[] {
  return run
    .flatMap(({ toolCalls = [] }) => toolCalls)
    .map(({ id, name, argumentsText }) => ({ askedId: id, id: toolIds(id), name, argumentsText }))
}

/** Calls come last, so that the results can follow them at once. */
function assistantBlocksOf(run: readonly ChatMessage[], calls: readonly OpenCall[]): readonly Json[] {
  const said = run.flatMap(({ reasoning = [], content }) => [
    ...thinkingBlocksOf(reasoning),
    ...anthropicBlocksOf(content),
  ])
  if (calls.length === 0) return said.slice(0, said.findLastIndex((block) => !isThinkingBlock(block)) + 1)
  // Arguments must be an object; those that were cut short are none.
  const uses = calls.map(({ id, name, argumentsText }) => ({
    type: 'tool_use',
    id,
    name,
    input: recordOf(parsedOf(argumentsText)) ?? {},
  }))
  return [...said, ...uses]
}

function userBlocksOf(run: readonly ChatMessage[], calls: readonly OpenCall[]): readonly Json[] {
  const answers = new Map<OpenCall, ChatMessage>()
  const others: Json[] = []
  for (const message of run) {
    const call = calls.find((one) => one.askedId === message.toolCallId && !answers.has(one))
    if (message.role === 'tool' && call !== undefined) answers.set(call, message)
    else others.push(...anthropicBlocksOf(message.content))
  }
  return [...calls.map((call) => resultOf(call, answers.get(call))), ...others]
}

function resultOf(call: OpenCall, answer: ChatMessage | undefined): Json {
  const result = { type: 'tool_result', tool_use_id: call.id }
  if (answer === undefined) return { ...result, is_error: true, content: 'The tool gave no result.' }
  const content = anthropicBlocksOf(answer.content)
  return content.length === 0 ? result : { ...result, content }
}
