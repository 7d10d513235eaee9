// Prompts as a person runs them in the packaged extension: an answer beside the code, Escape, an edit that survives a real reload
// of the window, its review. Pictures of each are kept.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type GatedServer, startGatedServer } from '../gatedServer.ts'
import { artifactsRoot, fixtureWorkspace, packagedVsix } from '../paths.ts'
import { startWorkbench, type Workbench } from '../workbench.ts'

const fileName = 'greeting.ts'
let provider: GatedServer
let workbench: Workbench

before(async () => {
  provider = await startGatedServer()
  workbench = await startWorkbench({
    vsix: [packagedVsix()],
    folder: fixtureWorkspace,
    artifactsDir: join(artifactsRoot, 'prompting'),
    theme: 'Dark Modern',
    // What is on the disk is what the editor was told to save.
    settings: { 'files.autoSave': 'off' },
  })
  configure({
    providers: { gated: provider.providerConfig('gated') },
    profiles: { gated: { models: ['test/gated'] } },
    defaultProfile: 'gated',
  })
  await workbench.page.keyboard.press('Control+P')
  await workbench.page.locator('.quick-input-widget input.input').fill(fileName)
  await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: fileName }).first().click()
  await selectAll()
})

after(async () => {
  await workbench?.close()
  await provider?.close()
})

test('an answer streams as Markdown beside the code, and the code keeps the focus', async () => {
  await workbench.runCommand('Waybill: Explain Selection')
  const call = await provider.next()
  call.say('`greeting` makes **one sentence** from a name.\n\n- It is exported.\n')
  const page = await workbench.webview('li:has-text("It is exported.")')
  call.say('- It does not check that the name is not empty.\n\n```ts\ngreeting("Ada") // Hello, Ada!\n```\n')
  await page.locator('code.language-ts, pre code').first().waitFor()
  assert.equal(await page.locator('strong').first().textContent(), 'one sentence')
  assert.equal(await hasEditorFocus(), true)
  await workbench.screenshot('answer-streaming')
  call.finish()
  await page.locator('em:has-text("gated at gated")').waitFor()
  await workbench.screenshot('answer')
})

test('an answer cannot make the preview call anybody', async () => {
  const stranger = createServer((socket) => socket.destroy())
  let calls = 0
  stranger.on('connection', () => {
    calls += 1
  })
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  try {
    const url = `https://127.0.0.1:${(stranger.address() as AddressInfo).port}`
    await workbench.runCommand('Waybill: Explain Selection')
    const call = await provider.next()
    call.say(`See ![one](${url}/one.png)\n\n<img src="${url}/two.png">\n\nThat is all of it.\n`)
    call.finish()
    const page = await workbench.webview('p:has-text("That is all of it.")')
    await page.locator('em:has-text("gated at gated")').waitFor()
    assert.ok(await page.locator('p', { hasText: 'See !one' }).isVisible())
    assert.equal(await page.locator('img').count(), 0)
    assert.equal(calls, 0)
    await workbench.screenshot('answer-with-image')
  } finally {
    stranger.close()
    await workbench.runCommand('View: Close Other Editors in Group')
  }
})

test('Escape in the code ends the request upstream', async () => {
  await workbench.runCommand('Waybill: Explain Selection')
  const call = await provider.next()
  call.say('A long answer begins')
  await workbench.webview('p:has-text("A long answer begins")')
  await workbench.page.keyboard.press('Escape')
  await until('the upstream is closed', () => call.isClosed())
  const page = await workbench.webview('em:has-text("Stopped.")')
  assert.ok(page)
  await workbench.screenshot('answer-stopped')
  await workbench.runCommand('View: Close Other Editors in Group')
})

test('an edit goes on over a reload of the window, is written once, and is undone in one step', async () => {
  const before = readFileSync(join(workbench.folder, fileName), 'utf8')
  await selectAll()
  await workbench.runCommand('Waybill: Refactor Selection')
  const call = await provider.next()
  call.say('/** Greets a person. */\nexport function greeting(name: string): string {\n')
  await workbench.page.locator('.monaco-diff-editor', { hasText: 'Greets a person.' }).waitFor()
  await workbench.page.locator('.codelens-decoration', { hasText: 'gated at gated' }).waitFor()
  await workbench.screenshot('edit-streaming')

  await workbench.reloadWindow()
  call.say('  const words = ["Hello", name]\n')
  await workbench.page.locator('.monaco-diff-editor', { hasText: 'const words' }).waitFor()
  assert.equal(readFileSync(join(workbench.folder, fileName), 'utf8'), before)
  await workbench.screenshot('edit-after-reload')
  call.say('  return words.join(", ")\n}')
  call.finish()
  await workbench.page.locator('.codelens-decoration', { hasText: 'Accept (Alt+Y)' }).waitFor()
  await workbench.page.locator('.monaco-editor', { hasText: 'words.join' }).first().waitFor()
  assert.equal(provider.waiting(), 0, 'it was sent, and so paid for, once')
  await workbench.screenshot('edit-review')

  await workbench.page.locator('.codelens-decoration a', { hasText: 'Undo (Alt+N)' }).click()
  await workbench.page.locator('.monaco-editor', { hasText: 'words.join' }).waitFor({ state: 'hidden' })
  await workbench.page.locator('.codelens-decoration', { hasText: 'Accept' }).waitFor({ state: 'hidden' })
  assert.equal(readFileSync(join(workbench.folder, fileName), 'utf8'), before)
  await workbench.screenshot('edit-undone')
})

test('without a provider the failure offers the practice provider, and the prompt picked then runs there', async () => {
  configure({})
  await workbench.statusItem('waybill.waybill.').filter({ hasText: 'Balanced' }).waitFor()
  await selectAll()
  await workbench.page.keyboard.press('Control+Alt+W')
  const prompts = workbench.page.locator('.quick-input-list .monaco-list-row')
  await prompts.filter({ hasText: 'Explain' }).waitFor()
  await workbench.screenshot('prompts')
  await prompts.filter({ hasText: 'Explain' }).click()
  const offer = workbench.page.locator('.notifications-toasts a, .notifications-toasts .monaco-button').filter({
    hasText: 'Use the Practice Provider',
  })
  await offer.waitFor()
  await workbench.screenshot('no-provider')
  await offer.click()
  const page = await workbench.webview('em:has-text("practice:")')
  assert.match(
    (await page.locator('em').last().textContent()) ?? '',
    /^practice: outline at practice-steady, .*pretend$/,
  )
  await workbench.screenshot('practice')
})

function configure(config: Readonly<Record<string, unknown>>): void {
  const folder = join(workbench.waybillHome, 'config')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ schema: 1, ...config }))
}

async function selectAll(): Promise<void> {
  await workbench.page.locator(`.editor-instance .monaco-editor[data-uri$="${fileName}"] .view-lines`).first().click()
  await workbench.page.keyboard.press('Control+A')
}

function hasEditorFocus(): Promise<boolean> {
  return workbench.page.locator('.editor-instance .monaco-editor.focused').first().isVisible()
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const stopAtMs = Date.now() + 20_000
  while (!condition()) {
    if (Date.now() > stopAtMs) throw new Error(`Waited 20 s in vain until ${what}.`)
    await pause(20)
  }
}
