// Explanations stream as Markdown beside the code; the code keeps the focus; Escape ends the request upstream.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import { trackTarget } from '../../../extension/prompting/trackedTarget.ts'
import type { GatedServer } from '../gatedServer.ts'
import { closeCodeFiles, openCodeFile, tabLabels, untilShown, virtualText } from './codeFile.ts'
import { installGatedProvider } from './gatedProvider.ts'
import { connectSecondClient, until } from './secondClient.ts'

describe('an answer', () => {
  let other: OwnedDaemonConnection
  let provider: GatedServer

  before(async () => {
    // The first command of the user starts the daemon.
    await vscode.commands.executeCommand('waybill.pickProfile', 'no-such-profile')
    other = await connectSecondClient()
    provider = await installGatedProvider(other)
  })

  afterEach(closeCodeFiles)

  after(async () => {
    await provider?.close()
    other?.dispose()
  })

  it('streams beside the code, which keeps the focus, and ends with its waybill', async () => {
    const file = await openCodeFile('«const one = 1»\nconst two = 2\n')
    const running = vscode.commands.executeCommand('waybill.explain')
    const call = await provider.next()
    assert.ok(call.prompt.includes('const one = 1') && !call.prompt.includes('const two'))
    call.say('This is **one')
    await untilShown('waybill-answer', 'This is **one')
    assert.equal(vscode.window.activeTextEditor?.document, file.document)
    const tab = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .find(({ label }) => label.includes('Explain case'))
    assert.equal(tab?.input instanceof vscode.TabInputCustom && tab.input.viewType, 'vscode.markdown.preview.editor')
    call.say('** thing.')
    await untilShown('waybill-answer', 'This is **one** thing.')
    call.finish()
    await running
    await untilShown('waybill-answer', 'gated at gated')
    // $1 and $2 a million: 1200 + 2 * 34 = 1268 millionths of a dollar.
    assert.match(virtualText('waybill-answer') ?? '', /1,200 tokens in, 34 out, \$0\.0013/)
    assert.equal(vscode.window.activeTextEditor?.document, file.document)
    const whole = virtualText('waybill-answer') ?? ''
    await until('it is said once more, to a preview that may have missed it', () =>
      [`${whole}\n`, `${whole}\n\n`].includes(virtualText('waybill-answer') ?? ''),
    )
  })

  it('comes for every prompt of the library, one after another', async () => {
    for (const command of ['explain', 'writeTests', 'fix', 'refactor', 'document']) {
      const file = await openCodeFile('«const one = 1»\n')
      const running = vscode.commands.executeCommand(`waybill.${command}`)
      const call = await provider.next()
      assert.ok(call.prompt.includes('const one = 1'), command)
      call.say('const one = 2')
      call.finish()
      await running
      const isEdit = ['fix', 'refactor', 'document'].includes(command)
      assert.equal(file.document.getText(), isEdit ? 'const one = 2\n' : 'const one = 1\n', command)
      await closeCodeFiles()
    }
  })

  it('is taken back when its provider breaks off, and another gives it whole', async () => {
    await openCodeFile('«const one = 1»\n')
    const running = vscode.commands.executeCommand('waybill.explain')
    const first = await provider.next()
    first.say('Wrong beginning')
    await untilShown('waybill-answer', 'Wrong beginning')
    first.cut()
    const second = await provider.next()
    await until('the text is taken back', () => !virtualText('waybill-answer')?.includes('Wrong beginning'))
    second.say('Right answer')
    second.finish()
    await running
    await untilShown('waybill-answer', 'gated at second, after 1 failed attempt')
    assert.match(virtualText('waybill-answer') ?? '', /^## Explain case\w+\.ts 1\n\nRight answer\n/)
  })

  it('that is stopped ends upstream and keeps what it had said', async () => {
    await openCodeFile('«const one = 1»\n')
    const running = vscode.commands.executeCommand('waybill.explain')
    const call = await provider.next()
    call.say('Half of')
    await untilShown('waybill-answer', 'Half of')
    await vscode.commands.executeCommand('waybill.stop')
    await running
    await until('the upstream is closed', () => call.isClosed())
    await untilShown('waybill-answer', 'Stopped.')
    assert.ok(virtualText('waybill-answer')?.includes('Half of'))
    const { waybills } = await other.request('journal', { limit: 1 })
    assert.equal(waybills[0]?.outcome, 'cancelled')
  })

  it('works on the function around the cursor when nothing is selected', async () => {
    await openCodeFile('const before = 0\n  function inner() {\n  return ‸1\n}\n')
    const symbols = vscode.languages.registerDocumentSymbolProvider(
      { pattern: '**' },
      {
        provideDocumentSymbols: () => {
          const range = new vscode.Range(1, 2, 3, 1)
          return [new vscode.DocumentSymbol('inner', '', vscode.SymbolKind.Function, range, range)]
        },
      },
    )
    try {
      const running = vscode.commands.executeCommand('waybill.explain')
      const call = await provider.next()
      assert.ok(call.prompt.includes('  function inner') && !call.prompt.includes('const before'))
      call.say('It returns one.')
      call.finish()
      await running
    } finally {
      symbols.dispose()
    }
  })

  it('that never said anything leaves no empty tab', async () => {
    await openCodeFile('«const one = 1»\n')
    const running = vscode.commands.executeCommand('waybill.explain')
    await provider.next()
    await until('its tab is open', () => tabLabels().some((label) => label.includes('Explain case')))
    await vscode.commands.executeCommand('waybill.stop')
    await running
    assert.ok(!tabLabels().some((label) => label.includes('Explain case')))
  })

  it('names a file of no folder by its name alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-outside-'))
    try {
      const path = join(folder, 'outside.ts')
      writeFileSync(path, 'const one = 1\n')
      const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path))
      editor.selection = new vscode.Selection(0, 0, 0, 13)
      const running = vscode.commands.executeCommand('waybill.explain')
      const call = await provider.next()
      assert.ok(call.prompt.includes('outside.ts') && !call.prompt.includes(folder))
      call.say('One.')
      call.finish()
      await running
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('works on what was selected last while a tab without text is active', async () => {
    await openCodeFile('«const one = 1»\n')
    const panel = vscode.window.createWebviewPanel('waybill-test', 'No text', vscode.ViewColumn.One)
    try {
      await until('no text editor is active', () => vscode.window.activeTextEditor === undefined)
      const running = vscode.commands.executeCommand('waybill.explain')
      const call = await provider.next()
      assert.ok(call.prompt.includes('const one = 1'))
      call.say('One.')
      call.finish()
      await running
    } finally {
      panel.dispose()
    }
  })

  it('is not asked for in a binary file, whatever was selected elsewhere before', async () => {
    await openCodeFile('«const one = 1»\n')
    const folder = mkdtempSync(join(tmpdir(), 'waybill-binary-'))
    try {
      const path = join(folder, 'numbers.bin')
      writeFileSync(path, Buffer.from([0, 1, 2, 0, 255, 254, 0]))
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path))
      await until('no text editor is active', () => vscode.window.activeTextEditor === undefined)
      await vscode.commands.executeCommand('waybill.explain')
      assert.equal(provider.waiting(), 0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('works on what was selected at the command, wherever it stands when the words are given', async () => {
    const file = await openCodeFile('«const one = 1»\nconst two = 2\n')
    const running = vscode.commands.executeCommand('waybill.ask')
    // A pick or input can be answered by command alone: the box is open when its keys are bound.
    const target = trackTarget({ document: file.document, editor: file.editor, range: file.editor.selection })
    await file.change(0, 0, '// typed meanwhile\n')
    file.editor.selection = new vscode.Selection(2, 0, 2, 13)
    assert.equal(file.document.getText(target.current()?.range), 'const one = 1')
    await file.change(0, file.document.getText().length, '')
    assert.equal(target.current(), undefined)
    target.dispose()
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen')
    await running
    assert.equal(provider.waiting(), 0)
  })

  it('is not asked for when nothing is selected and nothing is around the cursor', async () => {
    const text = await vscode.workspace.openTextDocument({ language: 'plaintext', content: 'plain words' })
    await vscode.window.showTextDocument(text)
    await vscode.commands.executeCommand('waybill.explain')
    assert.equal(provider.waiting(), 0)
  })

  it('is not asked for without an editor', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    await vscode.commands.executeCommand('waybill.explain')
    assert.equal(provider.waiting(), 0)
  })
})
