import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonFile } from '../../../daemon/gateway/ports.ts'
import { type Choices, createProfiles } from '../../../daemon/gateway/profiles.ts'
import { settingsFrom, twoProviders } from '../../support/settingsRig.ts'

function memoryChoices(): JsonFile<Choices> {
  let content: Choices = { schema: 1, workspaces: {} }
  return {
    read: () => content,
    write: (next) => {
      content = next
      return undefined
    },
  }
}

const project = '/project' as never
const name = (text: string) => text as never
const workspace = { path: project, fileProfile: 'practice' }

test("the request's word is stronger than the workspace's choice, that than its file, that than the default", () => {
  const profiles = createProfiles(settingsFrom(twoProviders), memoryChoices())
  assert.deepEqual(profiles.choose(undefined, undefined), { name: 'default', source: 'default' })
  assert.deepEqual(profiles.choose(undefined, workspace), { name: 'practice', source: 'workspace-file' })
  assert.equal(profiles.set(project, name('work')), undefined)
  assert.deepEqual(profiles.choose(undefined, workspace), { name: 'work', source: 'workspace-choice' })
  assert.deepEqual(profiles.choose(name('default'), workspace), { name: 'default', source: 'request' })
})

test('a choice is the workspace’s own and can be taken back', () => {
  const profiles = createProfiles(settingsFrom(twoProviders), memoryChoices())
  profiles.set(project, name('work'))
  assert.equal(profiles.choose(undefined, { path: '/other' as never }).source, 'default')
  profiles.set(project, undefined)
  assert.equal(profiles.choose(undefined, { path: project }).source, 'default')
})

test('a profile that does not exist cannot be chosen, and one that went is passed over', () => {
  const choices = memoryChoices()
  const before = createProfiles(settingsFrom(twoProviders), choices)
  assert.match(
    before.set(project, name('gone'))?.message ?? '',
    /no profile “gone”.*work, default, balanced, .*, practice-failover\./,
  )
  before.set(project, name('work'))
  const after = createProfiles(settingsFrom({}), choices)
  assert.deepEqual(after.choose(undefined, { path: project }), { name: 'balanced', source: 'default' })
})

test('a list says what each profile can reach', () => {
  const list = createProfiles(settingsFrom(twoProviders), memoryChoices()).list()
  assert.deepEqual(
    list.map((one) => [one.name, one.isBuiltIn, one.isPractice, one.endpointCount]),
    [
      ['work', false, false, 1],
      ['default', true, false, 3],
      ['balanced', true, false, 3],
      ['cheap', true, false, 3],
      ['fast', true, false, 3],
      ['best', true, false, 3],
      ['local-only', true, false, 2],
      ['auto', true, false, 3],
      ['practice', true, true, 1],
      ['practice-failover', true, true, 2],
    ],
  )
  const [empty] = createProfiles(settingsFrom({}), memoryChoices()).list()
  assert.equal(empty?.endpointCount, 0)
  assert.equal(empty?.isPractice, false)
})

test('a profile is shown with every field that it sets, and one that is not there is refused by name', () => {
  const profiles = createProfiles(settingsFrom(twoProviders), memoryChoices())
  const shown = profiles.show(name('work'))
  assert.ok('profile' in shown)
  assert.deepEqual(shown.profile, { title: 'Work', models: ['local/big'] })
  assert.deepEqual([shown.summary.isBuiltIn, shown.summary.endpointCount], [false, 1])
  const cheap = profiles.show(name('cheap'))
  assert.ok('profile' in cheap)
  assert.deepEqual(cheap.profile.provider, { sort: { by: 'price', partition: 'none' } })
  const gone = profiles.show(name('gone'))
  assert.ok('kind' in gone)
  assert.equal(gone.kind, 'not-found')
})
