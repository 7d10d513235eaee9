import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withinMarkLimits } from '../../../../daemon/core/wire/anthropicCacheMarks.ts'

const five = { cache_control: { type: 'ephemeral' } }
const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } }
const text = (said: string, mark: object = {}) => ({ type: 'text', text: said, ...mark })
const user = (...content: readonly (typeof five | object)[]) => ({
  role: 'user' as const,
  content: content as readonly Record<string, unknown>[],
})

test('four marks stay as they are, wherever they stand', () => {
  const body = {
    tools: [{ name: 'f', input_schema: {}, ...hour }],
    system: [text('s', hour)],
    messages: [user({ type: 'tool_result', tool_use_id: 'a', content: [text('r', five)] }, text('u', five))],
  }
  assert.deepEqual(withinMarkLimits(body), body)
})

test('of more than four marks the last four stay, counted as the API counts: tools, system, messages', () => {
  const body = {
    tools: [{ name: 'f', ...hour }, { name: 'g' }],
    system: [text('s', hour), text('t', hour)],
    messages: [
      user(text('u', five)),
      user({ type: 'tool_result', tool_use_id: 'a', content: [text('r', five)], ...five }, text('v', five)),
    ],
  }
  assert.deepEqual(withinMarkLimits(body), {
    tools: [{ name: 'f' }, { name: 'g' }],
    system: [text('s'), text('t')],
    messages: body.messages,
  })
})

test('an hour behind five minutes becomes five minutes', () => {
  const body = { tools: [], system: [text('s', five)], messages: [user(text('u', hour), text('v', five))] }
  assert.deepEqual(withinMarkLimits(body), {
    tools: [],
    system: [text('s', five)],
    messages: [user(text('u', { cache_control: { type: 'ephemeral', ttl: '5m' } }), text('v', five))],
  })
})

test('a mark that had to go does not shorten those behind it', () => {
  const body = {
    tools: [],
    system: [text('s', five)],
    messages: [user(...['u', 'v', 'w', 'x'].map((said) => text(said, hour)))],
  }
  assert.deepEqual(withinMarkLimits(body), { ...body, system: [text('s')] })
})

test('what only looks like a mark is left alone', () => {
  const body = { tools: [], system: [], messages: [user({ type: 'tool_use', id: 'a', name: 'f', input: five })] }
  assert.deepEqual(withinMarkLimits(body), body)
})
