// The extension is there, starts, and does what its manifest promises.

import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'

const extensionId = 'waybill.waybill'

describe('activation', () => {
  it('finds the extension and activates it', async () => {
    const extension = vscode.extensions.getExtension(extensionId)
    assert.ok(extension, `${extensionId} is not installed`)
    await extension.activate()
    assert.equal(extension.isActive, true)
  })

  it('registers every command that it contributes', async () => {
    const extension = vscode.extensions.getExtension(extensionId)
    const contributed = contributedCommands(extension?.packageJSON)
    assert.notEqual(contributed.length, 0, 'the manifest contributes no command')
    const registered = new Set(await vscode.commands.getCommands(true))
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    )
  })
})

function contributedCommands(manifest: unknown): readonly string[] {
  const { contributes } = manifest as { contributes?: { commands?: readonly { command: string }[] } }
  return (contributes?.commands ?? []).map(({ command }) => command)
}
