import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createToolCalls } from '../../../../daemon/core/wire/openaiToolCalls.ts'

type Call = { readonly id?: string; readonly name?: string; readonly argumentsText: string }

/** The calls as a client puts them together from the events. */
function assembled(deltas: readonly (readonly unknown[])[]): {
  readonly calls: readonly Call[]
  readonly areWhole: boolean
} {
  const toolCalls = createToolCalls()
  const calls: Call[] = []
  const events = [...deltas.flatMap((each) => toolCalls.onDeltas(each)), ...toolCalls.close()]
  for (const { index, type: _, ...news } of events) {
    calls[index] = { ...calls[index], ...news, argumentsText: (calls[index]?.argumentsText ?? '') + news.argumentsText }
  }
  return { calls, areWhole: toolCalls.areWhole() }
}

const f = (name: string, text?: unknown) => ({ name, arguments: text })

type Row = {
  readonly name: string
  readonly deltas: readonly (readonly unknown[])[]
  readonly calls: readonly Call[]
  readonly areWhole?: false
}

const rows: readonly Row[] = [
  {
    name: 'parallel calls by index, mixed',
    deltas: [
      [
        { index: 0, id: 'a', function: f('x', '{') },
        { index: 1, id: 'b', function: f('x', '{') },
      ],
      [
        { index: 1, function: { arguments: '}' } },
        { index: 0, function: { arguments: '}' } },
      ],
    ],
    calls: [
      { id: 'a', name: 'x', argumentsText: '{}' },
      { id: 'b', name: 'x', argumentsText: '{}' },
    ],
  },
  {
    name: 'no ids: they are given, also to calls of one name',
    deltas: [[{ index: 0, function: f('x', '{}') }], [{ index: 1, function: f('x', '{}') }]],
    calls: [
      { id: 'call_0', name: 'x', argumentsText: '{}' },
      { id: 'call_1', name: 'x', argumentsText: '{}' },
    ],
  },
  {
    name: 'no index: told apart by id, and deltas without either belong to the last',
    deltas: [
      [{ id: 'a', function: f('x', '{"n"') }],
      [{ function: { arguments: ':1}' } }],
      [{ id: 'b', function: f('y', '{}') }],
    ],
    calls: [
      { id: 'a', name: 'x', argumentsText: '{"n":1}' },
      { id: 'b', name: 'y', argumentsText: '{}' },
    ],
  },
  {
    name: 'several whole calls under the same index',
    deltas: [[{ index: 0, id: 'a', function: f('x', '{}') }], [{ index: 0, id: 'b', function: f('x', '{}') }]],
    calls: [
      { id: 'a', name: 'x', argumentsText: '{}' },
      { id: 'b', name: 'x', argumentsText: '{}' },
    ],
  },
  {
    name: 'the id and name repeated on every delta',
    deltas: [[{ index: 0, id: 'a', function: f('x', '{') }], [{ index: 0, id: 'a', function: f('x', '}') }]],
    calls: [{ id: 'a', name: 'x', argumentsText: '{}' }],
  },
  {
    name: 'no parameters: the arguments are {}',
    deltas: [[{ index: 0, id: 'a', function: f('x') }]],
    calls: [{ id: 'a', name: 'x', argumentsText: '{}' }],
  },
  {
    name: 'arguments as an object',
    deltas: [[{ index: 0, id: 'a', function: f('x', { n: 1 }) }]],
    calls: [{ id: 'a', name: 'x', argumentsText: '{"n":1}' }],
  },
  {
    name: 'arguments cut short are not whole',
    deltas: [[{ index: 0, id: 'a', function: f('x', '{"n"') }]],
    calls: [{ id: 'a', name: 'x', argumentsText: '{"n"' }],
    areWhole: false,
  },
  {
    name: 'a call without a name is not whole',
    deltas: [[{ index: 0, id: 'a', function: { arguments: '{}' } }]],
    calls: [{ id: 'a', argumentsText: '{}' }],
    areWhole: false,
  },
]

for (const row of rows) {
  test(`puts tool calls together: ${row.name}`, () => {
    const { calls, areWhole } = assembled(row.deltas)
    assert.deepEqual(calls, row.calls)
    assert.equal(areWhole, row.areWhole ?? true)
  })
}
