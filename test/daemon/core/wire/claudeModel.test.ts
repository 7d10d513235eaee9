import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClaudeModel, claudeModelOf } from '../../../../daemon/core/wire/claudeModel.ts'

type Row = readonly [
  name: string,
  thinking: string,
  sampling: string,
  forced: boolean,
  prefill: boolean,
  schemas: boolean,
]

const free = [true, true] as const
const rows: readonly Row[] = [
  ['claude-instant-1.2', 'none unsaid', 'all', ...free, false],
  ['claude-v2', 'none unsaid', 'all', ...free, false],
  ['claude-2.1', 'none unsaid', 'all', ...free, false],
  ['claude-3-haiku-20240307', 'none unsaid', 'all', ...free, false],
  ['claude-3-5-sonnet-20241022', 'none unsaid', 'all', ...free, false],
  ['anthropic/claude-3.5-haiku', 'none unsaid', 'all', ...free, false],
  ['claude-3-7-sonnet-20250219', 'budget unsaid', 'all', ...free, false],
  ['claude-sonnet-4-20250514', 'budget unsaid', 'all', ...free, false],
  ['claude-sonnet-4@20250514', 'budget unsaid', 'all', ...free, false],
  ['claude-opus-4-0', 'budget unsaid', 'all', ...free, false],
  ['claude-opus-4-1-20250805', 'budget unsaid', 'one', ...free, false],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'budget unsaid', 'one', ...free, true],
  ['claude-haiku-4-5', 'budget unsaid', 'one', ...free, true],
  ['claude-opus-4.6', 'adaptive unsaid', 'one', true, false, true],
  ['anthropic.claude-sonnet-4-6-v1', 'adaptive unsaid', 'one', true, false, true],
  ['claude-opus-4-7', 'adaptive unsaid', 'none', true, false, true],
  ['anthropic/claude-4.8-opus', 'adaptive unsaid', 'none', true, false, true],
  ['claude-opus-5', 'adaptive disabled', 'none', true, false, true],
  ['claude-sonnet-5', 'adaptive disabled', 'none', true, false, true],
  ['claude-opus-5-5', 'adaptive never', 'none', false, false, true],
  ['claude-sonnet-5-5', 'adaptive between_tools', 'none', false, false, true],
  ['claude-haiku-5-5-20261015', 'adaptive disabled', 'none', true, false, true],
  ['claude-fable-5', 'adaptive never', 'none', true, false, true],
  ['claude-mythos-5', 'adaptive never', 'none', true, false, true],
  ['claude-fable-5-1', 'adaptive never', 'none', false, false, true],
  ['claude-mythos-preview', 'adaptive never', 'none', false, false, true],
  ['claude-mythos-preview-v1', 'adaptive never', 'none', false, false, true],
  ['claude-opus-latest', 'adaptive never', 'none', false, false, true],
  ['claude-opus-6', 'adaptive never', 'none', false, false, true],
  ['claude-haiku-6', 'adaptive never', 'none', false, false, true],
  ['claude-something-5', 'adaptive never', 'none', false, false, true],
  ['glm-5.2', 'budget disabled', 'all', ...free, true],
  ['kimi-k2-thinking', 'budget disabled', 'all', ...free, true],
]

for (const [name, thinking, sampling, forced, prefill, schemas] of rows) {
  test(`what ${name} takes`, () => {
    const model: ClaudeModel = claudeModelOf(name)
    assert.deepEqual(
      [
        `${model.thinking} ${model.rest}`,
        model.sampling,
        model.takesForcedCalls,
        model.takesPrefill,
        model.takesSchemas,
      ],
      [thinking, sampling, forced, prefill, schemas],
    )
  })
}
