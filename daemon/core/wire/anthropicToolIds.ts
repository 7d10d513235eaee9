/**
 * Ids of tool calls as the Anthropic API takes them: letters, digits, `_` and `-`, no id twice in a conversation.
 *
 * Ids of other providers may hold other characters, such as `functions.f:0`, or repeat from answer to answer, such as
 * `call_0`. An id that fits and is new stays as it is. What was given to an earlier call never depends on a later one,
 * so that a conversation that goes on keeps its beginning, and with it its prompt cache.
 * Sources (2026-11): Anthropic API reference "Messages" (pattern of `tool_use.id`), and the API's message "`tool_use` ids
 * must be unique".
 */

/** A function that gives each call of one conversation its id; call it once for each, in order. */
export function createToolIds(): (id: string) => string {
  const given = new Set<string>()
  return (id) => {
    const fitting = id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call'
    let unique = fitting
    for (let turn = 2; given.has(unique); turn += 1) unique = `${fitting}_${turn}`
    given.add(unique)
    return unique
  }
}
