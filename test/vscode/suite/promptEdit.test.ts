// An edit is a transaction: nothing is written while it streams, one undo step at the end, typing elsewhere shifts it, typing
// inside refuses it, a stop leaves the bytes as they were.

import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { after, afterEach, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import { editObstacleOf } from '../../../extension/prompting/writeEdit.ts'
import type { GatedCall, GatedServer } from '../gatedServer.ts'
import { closeCodeFiles, lensTitles, openCodeFile, tabLabels, untilShown, virtualText } from './codeFile.ts'
import { installGatedProvider } from './gatedProvider.ts'
import { connectSecondClient, until } from './secondClient.ts'

describe('an edit', () => {
  let other: OwnedDaemonConnection
  let provider: GatedServer

  before(async () => {
    await vscode.commands.executeCommand('waybill.pickProfile', 'no-such-profile')
    other = await connectSecondClient()
    provider = await installGatedProvider(other)
  })

  afterEach(closeCodeFiles)

  after(async () => {
    await provider?.close()
    other?.dispose()
  })

  /** Runs Refactor and hands over its upstream call once the preview shows `shown`. */
  async function refactor(
    said: string,
    shown: string,
  ): Promise<{ readonly call: GatedCall; readonly ended: Thenable<unknown> }> {
    const ended = vscode.commands.executeCommand('waybill.refactor')
    const call = await provider.next()
    call.say(said)
    await untilShown('waybill-edit', shown)
    return { call, ended }
  }

  it('grows in a diff beside the untouched document and is written in one undo step', async () => {
    const file = await openCodeFile('const a = 1\n«const b = 2»\nconst c = 3\n')
    const { call, ended } = await refactor('```ts\nconst b = ', 'const b = \nconst c')
    assert.equal(file.document.isDirty, false)
    assert.ok(
      tabLabels().some((label) => label.endsWith('(Refactor, streaming)')),
      tabLabels().join(', '),
    )
    assert.equal(vscode.window.activeTextEditor?.document, file.document)
    assert.deepEqual(await lensTitles(file.document), ['Stop (Esc)', 'gated at gated'])
    call.say('20\n```')
    call.finish()
    await ended
    assert.equal(file.document.getText(), 'const a = 1\nconst b = 20\nconst c = 3\n')
    await until('the preview is closed', () => !tabLabels().some((label) => label.includes('Refactor')))
    const [summary, ...actions] = await lensTitles(file.document)
    assert.match(summary ?? '', /^gated at gated, .*\$0\.0013$/)
    assert.deepEqual(actions, ['Accept (Alt+Y)', 'Undo (Alt+N)', 'Before: 1 line'])
    await vscode.window.showTextDocument(file.document)
    await vscode.commands.executeCommand('undo')
    assert.equal(file.document.getText(), 'const a = 1\nconst b = 2\nconst c = 3\n')
    assert.equal(file.document.isDirty, false)
    assert.deepEqual(await lensTitles(file.document), [])
  })

  it('can be accepted, and then is an ordinary change', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    const { call, ended } = await refactor('const b = 20', 'const b = 20')
    call.finish()
    await ended
    await vscode.commands.executeCommand('waybill.acceptEdit')
    assert.deepEqual(await lensTitles(file.document), [])
    assert.equal(file.document.getText(), 'const b = 20\n')
  })

  it('can be taken back alone after typing elsewhere', async () => {
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const { call, ended } = await refactor('const b = 20', 'const b = 20')
    call.finish()
    await ended
    await file.change(0, 0, '// later\n')
    await vscode.commands.executeCommand('waybill.undoEdit')
    assert.equal(file.document.getText(), '// later\nconst a = 1\nconst b = 2\n')
    assert.deepEqual(await lensTitles(file.document), [])
  })

  it('shifts with typing before and after its target, boundaries included', async () => {
    const file = await openCodeFile('const a = 1\n«const b = 2»\nconst c = 3\n')
    const { call, ended } = await refactor('const b = ', 'const b = \n')
    const start = file.document.getText().indexOf('const b')
    await file.change(0, 0, '// 😀 first\n')
    await file.change(start + 12, start + 12, '/* touches */')
    const end = file.document.getText().indexOf('const b = 2') + 'const b = 2'.length
    await file.change(end, end, ' // touches')
    await untilShown('waybill-edit', '// 😀 first')
    call.say('20')
    call.finish()
    await ended
    assert.equal(
      file.document.getText(),
      '// 😀 first\nconst a = 1\n/* touches */const b = 20 // touches\nconst c = 3\n',
    )
  })

  it('is refused after typing inside its target, and kept in the preview', async () => {
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const { call, ended } = await refactor('const b = ', 'const b = \n')
    const inside = file.document.getText().indexOf('b = 2')
    await file.change(inside, inside + 1, 'bee')
    call.say('20')
    call.finish()
    await ended
    assert.equal(file.document.getText(), 'const a = 1\nconst bee = 2\n')
    await untilShown('waybill-edit', 'const b = 20')
    await until('its tab says so', () => tabLabels().some((label) => label.endsWith('(Refactor, not written)')))
  })

  it('that is stopped leaves the bytes as they were and ends upstream', async () => {
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const { call, ended } = await refactor('const b = ', 'const b = \n')
    await vscode.commands.executeCommand('waybill.stop')
    await ended
    await until('the upstream is closed', () => call.isClosed())
    assert.equal(file.document.getText(), 'const a = 1\nconst b = 2\n')
    assert.equal(file.document.isDirty, false)
    assert.equal(file.bytes(), 'const a = 1\nconst b = 2\n')
    assert.ok(!tabLabels().some((label) => label.includes('Refactor')))
    assert.deepEqual(await lensTitles(file.document), [])
  })

  it('that fails leaves the bytes as they were', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    const { call, ended } = await refactor('const b = ', 'const b = \n')
    call.refuse()
    await ended
    assert.equal(file.document.getText(), 'const b = 2\n')
    assert.equal(file.document.isDirty, false)
  })

  it('un-draws the text of a provider that broke off', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    const { call, ended } = await refactor('let wrong', 'let wrong')
    call.cut()
    const second = await provider.next()
    await until('the preview is empty again', () => !virtualText('waybill-edit')?.includes('wrong'))
    assert.match(
      (await lensTitles(file.document))[1] ?? '',
      /^gated broke off, its text is taken back; gated at second starts/,
    )
    second.say('const b = 20')
    second.finish()
    await ended
    assert.equal(file.document.getText(), 'const b = 20\n')
  })

  it('that reached its limit of tokens is not written', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    const { call, ended } = await refactor('const b', 'const b\n')
    call.finish('length')
    await ended
    assert.equal(file.document.getText(), 'const b = 2\n')
    assert.ok(tabLabels().some((label) => label.endsWith('(Refactor, not written)')))
  })

  it('keeps CRLF, tabs, the byte order mark and the missing final newline, byte for byte', async () => {
    const file = await openCodeFile('if (a) {\r\n«\tb()\r\n\tc()»\r\n}', '\u{feff}')
    const { call, ended } = await refactor('```\nb(1)\n\tc(2)\n```\n', 'c(2)')
    call.finish()
    await ended
    assert.equal(file.document.getText(), 'if (a) {\r\n\tb(1)\r\n\tc(2)\r\n}')
    // On a busy machine the editor gives up a save now and then.
    await until('it is saved', async () => file.document.save())
    assert.equal(file.bytes(), '\xef\xbb\xbfif (a) {\r\n\tb(1)\r\n\tc(2)\r\n}')
  })

  it('is not asked for in a file that is read-only on disk', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    chmodSync(file.path, 0o444)
    await vscode.commands.executeCommand('waybill.refactor')
    assert.equal(provider.waiting(), 0)
    assert.match((await editObstacleOf(file.document)) ?? '', /^case\w+\.ts is read-only on disk\. Make it writable/)
  })

  it('is not asked for in a document that is a view', async () => {
    const view = vscode.workspace.registerTextDocumentContentProvider('waybill-test-view', {
      provideTextDocumentContent: () => 'const b = 2\n',
    })
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('waybill-test-view:/view.ts'))
      const editor = await vscode.window.showTextDocument(document)
      editor.selection = new vscode.Selection(0, 0, 0, 11)
      await vscode.commands.executeCommand('waybill.refactor')
      assert.equal(provider.waiting(), 0)
      assert.match((await editObstacleOf(document)) ?? '', /^view\.ts is a view and no file/)
    } finally {
      view.dispose()
    }
  })

  it('is refused by an editor that was made read-only meanwhile', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    const { call, ended } = await refactor('const b = 20', 'const b = 20')
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession')
    call.finish()
    await ended
    assert.equal(file.document.getText(), 'const b = 2\n')
    await vscode.commands.executeCommand('workbench.action.files.resetActiveEditorReadonlyInSession')
  })

  it('is refused by a document whose editors were closed meanwhile', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    const { call, ended } = await refactor('const b = 20', 'const b = 20')
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor')
    call.finish()
    await ended
    assert.equal(file.document.isDirty, false)
    assert.equal(file.bytes(), 'const b = 2\n')
    assert.ok(tabLabels().some((label) => label.endsWith('(Refactor, not written)')))
  })

  it('leaves the cursor before the new text, not the new text selected', async () => {
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const { call, ended } = await refactor('const b = 20', 'const b = 20')
    call.finish()
    await ended
    await until('the selection is empty', () => file.editor.selection.isEmpty)
    assert.deepEqual(file.editor.selection.active, new vscode.Position(1, 0))
  })

  it('in one file is out of reach of the keys in another', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    const { call, ended } = await refactor('const b = 20', 'const b = 20')
    call.finish()
    await ended
    const other = await openCodeFile('const c = 3\n')
    await vscode.commands.executeCommand('waybill.undoEdit')
    await vscode.commands.executeCommand('waybill.acceptEdit')
    assert.equal(vscode.window.activeTextEditor?.document, other.document)
    assert.equal(file.document.getText(), 'const b = 20\n')
    assert.equal((await lensTitles(file.document)).length, 4, 'the review goes on')
  })

  it('is taken back where its document is open', async () => {
    const file = await openCodeFile('«const b = 2»\n')
    const { call, ended } = await refactor('const b = 20', 'const b = 20')
    call.finish()
    await ended
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      file.document.uri,
      100,
    )
    const undo = lenses.find(({ command }) => command?.command === 'waybill.undoEdit')?.command
    const other = await openCodeFile('const c = 3\n')
    await vscode.commands.executeCommand('workbench.action.moveEditorToNextGroup')
    const isInFront = () => vscode.window.activeTextEditor?.document === other.document
    await until('the other file is active in the next group', isInFront)
    await vscode.commands.executeCommand('waybill.undoEdit', ...(undo?.arguments ?? []))
    assert.equal(file.document.getText(), 'const b = 2\n')
    const holding = vscode.window.tabGroups.all.filter(({ tabs }) =>
      tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.path === file.document.uri.path),
    )
    assert.deepEqual(
      holding.map(({ viewColumn }) => viewColumn),
      [vscode.ViewColumn.One],
    )
  })

  it('works in an untitled document', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'typescript', content: 'const b = 2\n' })
    const editor = await vscode.window.showTextDocument(document)
    editor.selection = new vscode.Selection(0, 0, 0, 11)
    const { call, ended } = await refactor('const b = 20', 'const b = 20')
    call.finish()
    await ended
    assert.equal(document.getText(), 'const b = 20\n')
  })
})
