// The panel and the profile as a person uses them in the packaged extension, while another program works on the same daemon. The
// picture of the whole window is the README's.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve as resolvePath } from 'node:path'
import { after, before, test } from 'node:test'
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
    artifactsDir: join(artifactsRoot, 'panel'),
    theme: 'Dark Modern',
    settings: { 'workbench.sideBar.location': 'left', 'editor.minimap.enabled': false },
  })
  const folder = join(workbench.waybillHome, 'config')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      schema: 1,
      providers: { first: provider.providerConfig('first'), second: provider.providerConfig('second') },
      profiles: { work: { title: 'Work', models: ['test/gated'] } },
    }),
  )
  await workbench.page.keyboard.press('Control+P')
  await workbench.page.locator('.quick-input-widget input.input').fill(fileName)
  await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: fileName }).first().click()
})

after(async () => {
  await workbench?.close()
  await provider?.close()
})

test('the profile picked in the status bar is the workspace’s in every program, and theirs is seen here', async () => {
  await selectAll()
  await workbench.runCommand('Waybill: Choose Profile for This Workspace')
  await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Work' }).click()
  await workbench.statusItem('waybill.waybill.').filter({ hasText: 'Work' }).waitFor()
  assert.match(await waybill('profiles'), /\bwork\b/)
  const listed: { readonly current: { readonly profile: string } } = JSON.parse(await waybill('profiles', '--json'))
  assert.equal(listed.current.profile, 'work')

  await waybill('profiles', 'use', 'practice')
  await workbench.statusItem('waybill.waybill.').filter({ hasText: 'Practice' }).waitFor()
  await waybill('profiles', 'use', 'work')
  await workbench.statusItem('waybill.waybill.').filter({ hasText: 'Work' }).waitFor()
})

test('the panel in the side bar follows live: a failover with its rewind', async () => {
  await workbench.page.locator('.activitybar .action-label[aria-label="Waybill"]').click()
  const panel = await workbench.webview('text=No requests yet')
  await selectAll()
  await workbench.runCommand('Waybill: Explain Selection')
  const broken = await provider.next()
  broken.say('`greeting` builds')
  await workbench.webview('p:has-text("builds")')
  broken.cut()
  const whole = await provider.next()
  assert.deepEqual([broken.provider, whole.provider], ['first', 'second'])
  whole.say('`greeting` makes **one sentence** from a name.\n')
  whole.finish()
  await panel.locator('text=Rewound, done').waitFor()
  await workbench.webview('strong:has-text("one sentence")')
  await workbench.screenshot('panel-side-bar')
})

test('the same page in a tab shows what another program asks, practice apart, and each waybill', async () => {
  await workbench.runCommand('Waybill: Open Panel')
  const panel = await workbench.webview('body[data-host="editor"]')
  await waybill('run', 'explain', join(workbench.folder, fileName), '--profile', 'practice')
  await panel.locator('text=/1 request to the practice provider/').waitFor()
  await panel.locator('[aria-expanded="false"]').last().click()
  await panel.locator('text=/Answered by gated at second after gated at first/').waitFor()
  await workbench.screenshot('panel')
})

async function selectAll(): Promise<void> {
  await workbench.page.locator(`.editor-instance .monaco-editor[data-uri$="${fileName}"] .view-lines`).first().click()
  await workbench.page.keyboard.press('Control+A')
}

/** The command line of the packaged extension, in the workbench's folder and against its daemon. */
function waybill(...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [resolvePath('dist/waybill.cjs'), ...words], {
    cwd: workbench.folder,
    env: { ...process.env, WAYBILL_HOME: workbench.waybillHome },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`waybill ${words.join(' ')}: ${code}`)),
    )
  })
}
