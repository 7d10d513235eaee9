// A window that is reloaded goes on with what it was waiting for. The reload is played by two lives of the same code: the first one's
// connection and registrations end in the middle of an answer, the second one has only the workspace's storage.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import { watchLastTextEditor } from '../../../extension/prompting/lastTextEditor.ts'
import { createPendingPrompts } from '../../../extension/prompting/pendingPrompts.ts'
import { createPrompting } from '../../../extension/prompting/prompting.ts'
import { createRunningRequests } from '../../../extension/prompting/runningRequests.ts'
import { workspaceRefOf } from '../../../extension/workspaceRef.ts'
import type { GatedServer } from '../gatedServer.ts'
import { closeCodeFiles, openCodeFile, tabLabels, untilShown } from './codeFile.ts'
import { installGatedProvider } from './gatedProvider.ts'
import { connectSecondClient, until } from './secondClient.ts'

describe('a prompt over a reload of the window', () => {
  let other: OwnedDaemonConnection
  let provider: GatedServer
  let lives: readonly vscode.Disposable[] = []

  before(async () => {
    await vscode.commands.executeCommand('waybill.pickProfile', 'no-such-profile')
    other = await connectSecondClient()
    provider = await installGatedProvider(other)
  })

  afterEach(async () => {
    for (const life of lives) life.dispose()
    lives = []
    await closeCodeFiles()
  })

  after(async () => {
    await provider?.close()
    other?.dispose()
  })

  async function startLife(storage: vscode.Memento) {
    const connection = await connectSecondClient()
    const running = createRunningRequests()
    const log = vscode.window.createOutputChannel('Waybill, a life in a test', { log: true })
    const pending = createPendingPrompts(storage)
    const lastEditor = watchLastTextEditor()
    const prompting = createPrompting({ connection, running, log, pending, lastEditor, workspaceRefOf })
    const life = {
      ...prompting,
      running,
      pending,
      end: () => vscode.Disposable.from(prompting, connection, lastEditor, log).dispose(),
    }
    lives = [...lives, { dispose: life.end }]
    return life
  }

  /** As the window leaves it that closes in good order: its prompts have heard of the end, and could still write. */
  async function endedStorage(life: Awaited<ReturnType<typeof startLife>>, storage: Storage): Promise<Storage> {
    life.end()
    await until('its prompts have ended', () => life.running.list().length === 0)
    // What a prompt does after its end it begins at once.
    await new Promise((resolve) => setImmediate(resolve))
    return storage.copy()
  }

  it('writes the edit that was under way, from the parts that came before and after', async () => {
    const storage = createStorage()
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const first = await startLife(storage)
    void first.prompts.run('refactor')
    const call = await provider.next()
    call.say('const b = ')
    await untilShown('waybill-edit', 'const b = \n')
    await file.change(0, 0, '// typed before the reload\n')
    await until('the moved place is remembered', () => first.pending.list()[0]?.target?.startOffset === 39)
    const stored = await endedStorage(first, storage)
    // The daemon holds the request: the provider goes on while no window listens.
    call.say('20')
    await file.change(0, 0, '// typed unseen\n')

    const second = await startLife(stored)
    const resumed = second.prompts.resume()
    await until('it goes on', () => second.running.list()[0]?.phase === 'streaming')
    call.say('0')
    call.finish()
    await resumed
    assert.equal(file.document.getText(), '// typed unseen\n// typed before the reload\nconst a = 1\nconst b = 200\n')
    assert.deepEqual(second.pending.list(), [])
    assert.equal(provider.waiting(), 0, 'it was sent, and so paid for, once')
  })

  it('shows an edit whose place is no longer certain as an answer, and writes nothing', async () => {
    const storage = createStorage()
    const file = await openCodeFile('const a = 1\n«const b = 2»\nconst c = 3\n')
    const first = await startLife(storage)
    void first.prompts.run('refactor')
    const call = await provider.next()
    call.say('const b = 20')
    await untilShown('waybill-edit', 'const b = 20')
    const stored = await endedStorage(first, storage)
    await file.change(0, 1, 'C')
    const end = file.document.getText().length
    await file.change(end - 2, end, '!\n')

    const second = await startLife(stored)
    const resumed = second.prompts.resume()
    await untilShown('waybill-answer', 'const b = 20')
    call.finish()
    await resumed
    assert.equal(file.document.getText(), 'Const a = 1\nconst b = 2\nconst c = !\n')
    assert.ok(
      tabLabels().some((label) => label.includes('not written')),
      tabLabels().join(', '),
    )
  })

  it('goes on with an answer that had ended while the window was closed', async () => {
    const storage = createStorage()
    await openCodeFile('«const b = 2»\n')
    const first = await startLife(storage)
    void first.prompts.run('explain')
    const call = await provider.next()
    call.say('All of ')
    await untilShown('waybill-answer', 'All of ')
    const stored = await endedStorage(first, storage)
    call.say('it.')
    call.finish()
    await until('the daemon has recorded it', async () => {
      const { requestsUnderWay } = await other.request('status', {})
      return requestsUnderWay.length === 0
    })

    const second = await startLife(stored)
    await second.prompts.resume()
    await untilShown('waybill-answer', 'All of it.')
    assert.deepEqual(second.pending.list(), [])
  })

  it('is left to another window that reads it', async () => {
    const storage = createStorage()
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const first = await startLife(storage)
    const ended = first.prompts.run('refactor')
    const call = await provider.next()
    call.say('const b = ')
    await untilShown('waybill-edit', 'const b = \n')
    const labels = tabLabels()

    const second = await startLife(storage.copy())
    await second.prompts.resume()
    assert.equal(second.pending.list().length, 1, 'the entry is kept')
    assert.deepEqual(tabLabels(), labels)
    call.say('20')
    call.finish()
    await ended
    assert.equal(file.document.getText(), 'const a = 1\nconst b = 20\n')
  })

  it('that may have been written already is shown as an answer, and not written again', async () => {
    const storage = createStorage()
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const first = await startLife(storage)
    void first.prompts.run('refactor')
    const call = await provider.next()
    call.say('const b = 20')
    await untilShown('waybill-edit', 'const b = 20')
    const stored = await endedStorage(first, storage)
    const pending = createPendingPrompts(stored)
    for (const entry of pending.list()) await pending.put({ ...entry, isWriting: true })

    const second = await startLife(stored)
    const resumed = second.prompts.resume()
    await untilShown('waybill-answer', 'const b = 20')
    call.finish()
    await resumed
    assert.equal(file.document.getText(), 'const a = 1\nconst b = 2\n')
    assert.ok(tabLabels().some((label) => label.includes('while it was being written')))
    assert.deepEqual(second.pending.list(), [])
  })

  it('is remembered as being written before it is written', async () => {
    const storage = createStorage()
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const life = await startLife(storage)
    const ended = life.prompts.run('refactor')
    const call = await provider.next()
    call.say('const b = 20')
    await untilShown('waybill-edit', 'const b = 20')
    let whenWritten: boolean | undefined
    const listening = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === file.document) whenWritten = life.pending.list()[0]?.isWriting
    })
    call.finish()
    await ended
    listening.dispose()
    assert.equal(whenWritten, true)
    assert.deepEqual(life.pending.list(), [])
  })

  it('that no daemon knows any more is forgotten, and nothing is opened for it', async () => {
    const storage = createStorage()
    const life = await startLife(storage)
    const common = { prompt: 'explain', title: 'Explain', heading: 'Explain gone.ts 1' } as const
    await life.pending.put({ ...common, requestId: randomUUID(), documentUri: 'file:///gone.ts' })
    await life.prompts.resume()
    assert.deepEqual(life.pending.list(), [])
    assert.ok(!tabLabels().some((label) => label.includes('gone.ts')))
  })

  it('is ended by a daemon that was killed, which is started again; nothing is written', async () => {
    const file = await openCodeFile('const a = 1\n«const b = 2»\n')
    const ended = vscode.commands.executeCommand('waybill.refactor')
    const call = await provider.next()
    call.say('const b = ')
    await untilShown('waybill-edit', 'const b = \n')
    const { pid } = await other.request('status', {})
    process.kill(pid, 'SIGKILL')
    await ended
    assert.equal(file.document.getText(), 'const a = 1\nconst b = 2\n')
    assert.equal(file.document.isDirty, false)
    await until('another daemon serves this client too', async () => {
      const status = await other.request('status', {}).catch(() => undefined)
      return status !== undefined && status.pid !== pid
    })
    const { waybills } = await other.request('journal', { limit: 1 })
    assert.equal(waybills[0]?.outcome, 'interrupted')
  })
})

type Storage = vscode.Memento & { readonly copy: () => Storage }

function createStorage(stored: readonly (readonly [string, string])[] = []): Storage {
  const values = new Map<string, string>(stored)
  return {
    // What the first life does later must not reach the second.
    copy: () => createStorage([...values]),
    keys: () => [...values.keys()],
    get: (key: string, fallback?: unknown) => {
      const value = values.get(key)
      return value === undefined ? fallback : JSON.parse(value)
    },
    // As the editor does: the value at once, its storing later.
    update: async (key: string, value: unknown) => {
      values.set(key, JSON.stringify(value))
    },
  }
}
