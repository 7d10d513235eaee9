// What becomes of an answer is told to the daemon once, and a prompt on the same code says that it follows one that was not wanted. Read from
// the daemon's journal, as it stands on disk.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { AutoEntry, FeedbackEntry } from '../../../daemon/core/journal/autoEntries.ts'
import { expandedLine } from '../../../daemon/core/journal/compactEntry.ts'
import type { OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import type { GatedServer } from '../gatedServer.ts'
import { closeCodeFiles, openCodeFile } from './codeFile.ts'
import { installGatedProvider } from './gatedProvider.ts'
import { connectSecondClient, until } from './secondClient.ts'

describe('what becomes of an answer', () => {
  let other: OwnedDaemonConnection
  let provider: GatedServer
  let journalFolder: string

  before(async () => {
    await vscode.commands.executeCommand('waybill.pickProfile', 'no-such-profile')
    other = await connectSecondClient()
    provider = await installGatedProvider(other)
    journalFolder = join((await other.request('status', {})).stateFolder, 'journal')
  })

  beforeEach(async () => {
    await other.request('profilesSet', { workspace: workspace(), profile: 'tiers' })
  })

  afterEach(closeCodeFiles)

  after(async () => {
    await provider?.close()
    other?.dispose()
  })

  /** Runs a command that asks for an answer, gives it whole, and answers the id of its request. */
  async function answered(command: string, text: string): Promise<string> {
    const ended = vscode.commands.executeCommand(command)
    const call = await provider.next()
    call.say(text)
    call.finish()
    await ended
    const { waybills } = await other.request('journal', { limit: 1 })
    return waybills[0]?.requestId ?? ''
  }

  /** Those about `auto` and what became of an answer, of one request. */
  function notesOf(requestId: string): readonly (AutoEntry | FeedbackEntry)[] {
    const names = readdirSync(journalFolder).filter((name) => name.endsWith('.jsonl'))
    const texts = names.map((name) => readFileSync(join(journalFolder, name), 'utf8'))
    const lines = texts.flatMap((text) => text.split('\n').filter((line) => line.includes(requestId)))
    return lines.flatMap((line) => {
      const expanded = expandedLine(JSON.parse(line))
      if (expanded?.needs !== 'nothing') return []
      const { entry } = expanded
      const isNote = entry.type === 'auto' || entry.type === 'feedback'
      return isNote && entry.requestId === requestId ? [entry] : []
    })
  }

  const toldOf = (requestId: string) =>
    notesOf(requestId).flatMap((note) => (note.type === 'feedback' ? [note.outcome] : []))
  const followsRejected = (requestId: string) =>
    notesOf(requestId)
      .flatMap((note) => (note.type === 'auto' ? note.decision.features : []))
      .find(({ name }) => name === 'follows-rejected')?.value

  it('is told once as accepted when an edit is accepted, and nothing follows it', async () => {
    await openCodeFile('«const b = 2»\n')
    const requestId = await answered('waybill.refactor', 'const b = 20')
    await vscode.commands.executeCommand('waybill.acceptEdit', requestId)
    await until('it is told', () => toldOf(requestId).length > 0)
    await vscode.commands.executeCommand('waybill.acceptEdit', requestId)
    await vscode.commands.executeCommand('undo')
    assert.deepEqual(toldOf(requestId), ['accepted'])
    assert.equal(followsRejected(requestId), 0)
  })

  it('is told once as rejected when an edit is taken back, and the next prompt on that code follows it', async () => {
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const requestId = await answered('waybill.refactor', 'const b = 20')
    await vscode.commands.executeCommand('waybill.undoEdit', requestId)
    assert.equal(file.document.getText(), 'const a = 1\nconst b = 2\n')
    await until('it is told', () => toldOf(requestId).length > 0)
    assert.deepEqual(toldOf(requestId), ['rejected'])
    await file.change(0, 0, '// typed meanwhile\n')
    file.editor.selection = new vscode.Selection(2, 0, 2, 11)
    const next = await answered('waybill.refactor', 'const b = 21')
    assert.equal(followsRejected(next), 1)
    // The code of another place was never asked about.
    file.editor.selection = new vscode.Selection(1, 0, 1, 11)
    assert.equal(followsRejected(await answered('waybill.refactor', 'const a = 10')), 0)
  })

  it('is told as rejected when the user undoes the edit by the editor’s own undo', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    const requestId = await answered('waybill.refactor', 'const b = 20')
    await vscode.window.showTextDocument(file.document)
    await vscode.commands.executeCommand('undo')
    assert.equal(file.document.getText(), 'const b = 2\n')
    await until('it is told', () => toldOf(requestId).length > 0)
    assert.deepEqual(toldOf(requestId), ['rejected'])
  })

  it('is told once as retried by Run Prompt Again, and the new request follows it', async () => {
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const requestId = await answered('waybill.explain', 'It is two.')
    const next = await answered('waybill.runAgain', 'It is b.')
    assert.notEqual(next, requestId)
    assert.deepEqual(toldOf(requestId), ['retried'])
    assert.equal(followsRejected(next), 1)
    // The same prompt on other code says nothing about the answer before.
    file.editor.selection = new vscode.Selection(0, 0, 0, 11)
    const elsewhere = await answered('waybill.runAgain', 'It is one.')
    assert.deepEqual([toldOf(next), followsRejected(elsewhere)], [[], 0])
  })
})

function workspace(): { readonly folder: string } {
  return { folder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '' }
}
