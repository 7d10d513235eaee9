// "Waybill: Open Configuration" opens the daemon's own file, and writes an example first that the daemon finds nothing wrong with.

import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import { connectSecondClient, until } from './secondClient.ts'

describe('the configuration', () => {
  let other: OwnedDaemonConnection
  let configFile = ''
  let readings = 0

  before(async () => {
    await vscode.commands.executeCommand('waybill.pickProfile', 'no-such-profile')
    other = await connectSecondClient()
    other.onNotification('configChanged', () => {
      readings += 1
    })
    configFile = (await other.request('status', {})).configFile
    rmSync(configFile, { force: true })
  })

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    rmSync(configFile, { force: true })
    other?.dispose()
  })

  it('is written as an example when there is none, and the daemon reads it without a problem', async () => {
    assert.equal(existsSync(configFile), false)
    await vscode.commands.executeCommand('waybill.openConfiguration')
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, configFile)
    await until('the daemon has read it', () => readings > 0)
    assert.deepEqual((await other.request('status', {})).configProblems, [])
  })

  it('is opened as it is when there is one', async () => {
    writeFileSync(configFile, '{ "schema": 1, "own": true }')
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    await vscode.commands.executeCommand('waybill.openConfiguration')
    const text = () => vscode.window.activeTextEditor?.document.getText()
    await until('the editor shows it', () => text() === '{ "schema": 1, "own": true }')
  })
})
