/** When the keys of prompts act, and what the menus offer, as package.json says it to the editor. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

type Key = { readonly command: string; readonly key: string; readonly mac?: string; readonly when: string }
const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
const keys: readonly Key[] = manifest.contributes.keybindings

const ownersOfEscape = [
  'suggestWidgetVisible',
  'findWidgetVisible',
  'inSnippetMode',
  'editorHasMultipleSelections',
  'markersNavigationVisible',
  'referenceSearchVisible',
  'inReferenceSearchEditor',
  'dirtyDiffVisible',
  'inlineChatVisible',
  'accessibleViewIsShown',
]
for (const owner of ownersOfEscape) {
  test(`Escape is left to what is shown: ${owner}`, () => {
    assert.ok(whenOf('waybill.stop').includes(`!${owner}`))
  })
}

test('Escape is left to Vim in every mode but Normal', () => {
  assert.ok(whenOf('waybill.stop').includes("(!vim.active || vim.mode == 'Normal')"))
})

test('on a Mac no key of ours types a letter', () => {
  for (const { mac, key } of keys.filter((one) => one.key.startsWith('alt+'))) assert.equal(mac, `cmd+${key}`)
})

test('the context menu offers to pick a prompt', () => {
  const items: readonly { readonly command: string }[] = manifest.contributes.menus['waybill.prompts']
  assert.ok(items.some(({ command }) => command === 'waybill.runPrompt'))
})

function whenOf(command: string): string {
  return keys.find((one) => one.command === command)?.when ?? ''
}
