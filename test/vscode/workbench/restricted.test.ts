// A folder that is not trusted: Waybill works there, but what the folder itself says counts only once the user trusts it.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { artifactsRoot, fixtureWorkspace, packagedVsix } from '../paths.ts'
import { startWorkbench } from '../workbench.ts'

test('the .waybill.json of a folder is ignored until the folder is trusted', { timeout: 120_000 }, async (context) => {
  const workbench = await startWorkbench({
    vsix: [packagedVsix()],
    folder: fixtureWorkspace,
    artifactsDir: join(artifactsRoot, 'restricted'),
    theme: 'Dark Modern',
    workspaceTrust: 'on',
  })
  context.after(() => workbench.close())
  const config = join(workbench.waybillHome, 'config')
  mkdirSync(config, { recursive: true })
  const profiles = { careful: { models: ['practice/outline'] }, chosenbythefolder: { models: ['practice/outline'] } }
  writeFileSync(join(config, 'config.json'), JSON.stringify({ schema: 1, profiles, defaultProfile: 'careful' }))
  writeFileSync(join(workbench.folder, '.waybill.json'), JSON.stringify({ profile: 'chosenbythefolder' }))
  const item = workbench.statusItem('waybill.waybill.')
  await item.first().waitFor({ timeout: 30_000 })

  await workbench.runCommand('Waybill: Open Panel')
  await item.filter({ hasText: 'careful' }).waitFor()
  const panel = await workbench.webview('.profile:has-text("careful")')
  assert.match((await panel.locator('.profile').getAttribute('title')) ?? '', /the default/)
  await workbench.screenshot('restricted')

  await workbench.runCommand('Workspaces: Manage Workspace Trust')
  await workbench.page
    .locator('.workspace-trust-editor .monaco-button')
    .filter({ hasText: /^Trust$/ })
    .click()
  await item.filter({ hasText: 'chosenbythefolder' }).waitFor()
  await workbench.screenshot('trusted')
})
