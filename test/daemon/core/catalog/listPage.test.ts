import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextPageQueryOf } from '../../../../daemon/core/catalog/listPage.ts'

const rows: readonly (readonly [string, unknown, string | undefined])[] = [
  ['Anthropic’s that goes on', { data: [], has_more: true, last_id: 'claude x' }, 'after_id=claude%20x'],
  ['Anthropic’s last', { data: [], has_more: false, last_id: 'claude-x' }, undefined],
  ['Anthropic’s that does not say from where', { data: [], has_more: true, last_id: null }, undefined],
  ['Gemini’s that goes on', { models: [], nextPageToken: 'a&b=' }, 'pageToken=a%26b%3D'],
  ['Gemini’s last', { models: [], nextPageToken: '' }, undefined],
  ['OpenAI’s', { object: 'list', data: [] }, undefined],
  ['none', null, undefined],
]

for (const [name, page, query] of rows) {
  test(`the page after this one: ${name}`, () => {
    assert.equal(nextPageQueryOf(JSON.stringify(page)), query)
  })
}

test('what is no JSON has no next page', () => {
  assert.equal(nextPageQueryOf('<html>'), undefined)
})
