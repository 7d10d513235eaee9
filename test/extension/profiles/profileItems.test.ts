import assert from 'node:assert/strict'
import { test } from 'node:test'
import { activeItemOf, noWorkspaceWords, profileItemsOf } from '../../../extension/profiles/profileItems.ts'
import { profiles } from '../../../shared/protocol/profiles.ts'

const list = [
  profile('balanced', { models: ['deepseek/deepseek-v3.2', 'openai/gpt-5-mini', 'a/b', 'c/d', 'e/f'] }),
  profile('best', { models: ['anthropic/claude-sonnet-4.6'], endpointCount: 0, description: 'Quality first.' }),
  profile('practice', { models: ['practice/outline'], isPractice: true }),
]

test('every profile is listed with its models, and the one in use has the check', () => {
  assert.deepEqual(
    itemsOf({ profile: 'balanced', source: 'default' }).map(({ label, description, detail }) => [
      label,
      description,
      detail,
    ]),
    [
      ['$(check) balanced', 'deepseek-v3.2, gpt-5-mini and 3 more, the default', undefined],
      ['$(blank) best', 'no endpoint yet', 'Quality first.'],
      ['$(blank) practice', 'outline, practice', undefined],
    ],
  )
})

test('a list that changed keeps the highlighted row, and else highlights the profile in use', () => {
  const before = itemsOf({ profile: 'balanced', source: 'default' })
  const after = itemsOf({ profile: 'best', source: 'workspace-choice' })
  assert.equal(activeItemOf(before, undefined)?.profile, 'balanced')
  assert.equal(activeItemOf(after, before[2])?.profile, 'practice')
  assert.equal(activeItemOf(before, after.at(-1))?.profile, 'balanced')
  assert.equal(activeItemOf(after, after.at(-1))?.label, '$(discard) Use the default')
})

test('without a workspace on disk the words say what is open', () => {
  assert.match(noWorkspaceWords([]), /none is open\. Open a folder/)
  assert.match(noWorkspaceWords(['vscode-vfs']), /virtual \(vscode-vfs\).*use the default profile.*from disk/)
})

test('only a choice made for this workspace can be taken back', () => {
  for (const source of ['default', 'workspace-file', 'request']) {
    assert.equal(itemsOf({ profile: 'best', source }).length, list.length)
  }
  const items = itemsOf({ profile: 'best', source: 'workspace-choice', workspace: '/acme' })
  assert.equal(items[1]?.description, 'no endpoint yet, chosen here')
  assert.deepEqual(items.at(-1), {
    label: '$(discard) Use the default',
    description: 'takes this workspace’s choice back',
    profile: undefined,
    isCurrent: false,
  })
  assert.deepEqual(
    items.map(({ isCurrent }) => isCurrent),
    [false, true, false, false],
  )
})

function itemsOf(current: Readonly<Record<string, string>>) {
  return profileItemsOf(profiles.result.parse({ profiles: list, current }))
}

function profile(name: string, fields: Readonly<Record<string, unknown>>) {
  return {
    name,
    title: name,
    description: '',
    models: [],
    isBuiltIn: true,
    isPractice: false,
    endpointCount: 1,
    ...fields,
  }
}
