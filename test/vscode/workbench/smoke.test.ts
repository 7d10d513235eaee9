// The packaged extension, installed in a workbench, shows itself.

import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { foreignNotifications, watchNotifications } from '../notifications.ts'
import { artifactsRoot, fixtureWorkspace, packagedVsix } from '../paths.ts'
import { startWorkbench } from '../workbench.ts'
import { openWorkbenchPage } from '../workbenchPage.ts'

test('the status bar shows Waybill in a folder that was just opened', { timeout: 90_000 }, async (context) => {
  const workbench = await startWorkbench({
    vsix: [packagedVsix()],
    folder: fixtureWorkspace,
    artifactsDir: join(artifactsRoot, 'smoke'),
  })
  context.after(() => workbench.close())

  await workbench.statusItem('waybill.waybill.').first().waitFor({ timeout: 30_000 })
  const picture = await workbench.screenshot('status-item')
  assert.ok(statSync(picture).size > 0)
})

test('a notification that is not Waybill’s is found, also when it is gone again', {
  timeout: 60_000,
}, async (context) => {
  const { browser, page } = await openWorkbenchPage()
  context.after(() => browser.close())
  const notifications = await watchNotifications(page)
  await page.goto('about:blank')
  for (const source of ['', ', source: Waybill', ', source: TypeScript']) {
    const row = `<div class="monaco-list-row" aria-label="Error: It is gone${source}, notification"></div>`
    await page.setContent(`<div class="notifications-toasts">${row}</div>`)
    while (notifications().every((words) => !words.includes(`gone${source},`))) await pause(10)
  }
  assert.deepEqual(foreignNotifications(notifications()), [
    'Error: It is gone, notification',
    'Error: It is gone, source: TypeScript, notification',
  ])
})
