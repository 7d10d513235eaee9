// The packaged extension, installed in a workbench, shows itself.

import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { artifactsRoot, fixtureWorkspace, packagedVsix } from '../paths.ts'
import { startWorkbench } from '../workbench.ts'

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
