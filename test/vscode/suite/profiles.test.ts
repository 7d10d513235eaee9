// This workspace's profile: chosen in the window, kept by the daemon, seen by every client.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import { connectSecondClient, until } from './secondClient.ts'

describe('profiles', () => {
  let other: OwnedDaemonConnection
  const heard: (string | undefined)[] = []
  let subscription: vscode.Disposable

  before(async () => {
    // The first command of the user starts the daemon; a name that no profile has changes nothing.
    await vscode.commands.executeCommand('waybill.pickProfile', 'no-such-profile')
    other = await connectSecondClient()
    subscription = other.onNotification('profilesChanged', ({ workspace }) => heard.push(workspace))
  })

  after(async () => {
    subscription?.dispose()
    await other?.request('profilesSet', { workspace: workspace() })
    other?.dispose()
  })

  it('keeps a choice in the daemon and tells every client at once', async () => {
    const before = await other.request('profiles', { workspace: workspace() })
    const wanted = before.profiles.find(({ name }) => name !== before.current.profile)
    assert.ok(wanted, 'expected at least two profiles')
    await vscode.commands.executeCommand('waybill.pickProfile', wanted.name)
    const { current } = await other.request('profiles', { workspace: workspace() })
    assert.equal(current.profile, wanted.name)
    assert.equal(current.source, 'workspace-choice')
    await until('the second client heard of it', () => heard.includes(current.workspace))
  })

  it('refuses a name that no profile has and leaves the choice', async () => {
    const before = await other.request('profiles', { workspace: workspace() })
    await vscode.commands.executeCommand('waybill.pickProfile', 'no-such-profile')
    const { current } = await other.request('profiles', { workspace: workspace() })
    assert.deepEqual(current, before.current)
  })

  it('lists the profiles, and accepting one chooses it', async () => {
    await other.request('profilesSet', { workspace: workspace() })
    const picking = vscode.commands.executeCommand('waybill.pickProfile')
    // The list opens with the profile in use as its active row. Accepting does nothing until it is open.
    await until('the accepted profile is the choice', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem')
      const { current } = await other.request('profiles', { workspace: workspace() })
      return current.source === 'workspace-choice'
    })
    await picking
  })
})

function workspace(): { readonly folder: string } {
  const folder = vscode.workspace.workspaceFolders?.[0]
  assert.ok(folder, 'expected an open folder')
  return { folder: folder.uri.fsPath }
}
