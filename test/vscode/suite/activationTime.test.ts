// What every window pays at its start: requiring the bundle afresh plus activate(), in the extension host, median of 20.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'

const limitMs = 30
const runs = 20

interface Loader {
  _load(request: string, parent: { filename?: string } | undefined, isMain: boolean): unknown
}

describe('the start of a window', () => {
  const loader = Module as unknown as Loader
  const load = loader._load
  const home = process.env.WAYBILL_HOME
  let emptyHome = ''
  const contexts: ReturnType<typeof contextOf>[] = []

  before(() => {
    // No daemon is to be found: what is measured ends with activate() and is followed by nothing.
    emptyHome = mkdtempSync(join(tmpdir(), 'waybill-start-'))
    process.env.WAYBILL_HOME = emptyHome
  })

  after(() => {
    loader._load = load
    for (const { subscriptions } of contexts) for (const one of subscriptions) one.dispose()
    if (home === undefined) delete process.env.WAYBILL_HOME
    else process.env.WAYBILL_HOME = home
    rmSync(emptyHome, { recursive: true, force: true })
  })

  it(`takes less than ${limitMs} ms`, () => {
    const extension = vscode.extensions.getExtension('waybill.waybill')
    assert.ok(extension)
    const bundle = join(extension.extensionPath, String(extension.packageJSON.main))
    const requireBundle = createRequire(bundle)
    const durationsMs = Array.from({ length: runs }, (_, run) => {
      // The running extension has these names already; the calls go to the editor all the same.
      loader._load = (request, parent, isMain) =>
        request === 'vscode' ? renamed(run) : load.call(Module, request, parent, isMain)
      delete requireBundle.cache[requireBundle.resolve(bundle)]
      const context = contextOf(extension)
      const startedMs = performance.now()
      const loaded = requireBundle(bundle) as { activate(context: unknown): unknown }
      loaded.activate(context)
      const durationMs = performance.now() - startedMs
      loader._load = load
      assert.ok(context.subscriptions.length > 5, 'it registered hardly anything')
      contexts.push(context)
      return durationMs
    })
    const firstMs = durationsMs[0] ?? 0
    const medianMs = durationsMs.sort((a, b) => a - b)[runs / 2] ?? Number.POSITIVE_INFINITY
    console.log(
      `      requiring the bundle and activate(): median ${medianMs.toFixed(1)} ms of ${runs}, first ${firstMs.toFixed(1)} ms (limit ${limitMs} ms)`,
    )
    assert.ok(medianMs < limitMs, `${medianMs} ms`)
  })
})

function contextOf(extension: vscode.Extension<unknown>) {
  const values = new Map<string, unknown>()
  const subscriptions: vscode.Disposable[] = []
  return {
    subscriptions,
    extension,
    extensionUri: extension.extensionUri,
    extensionPath: extension.extensionPath,
    asAbsolutePath: (path: string) => join(extension.extensionPath, path),
    workspaceState: {
      keys: () => [...values.keys()],
      get: (key: string, fallback: unknown) => values.get(key) ?? fallback,
      update: async (key: string, value: unknown) => {
        values.set(key, value)
      },
    },
  }
}

/** The editor's own API, with the run's number in each name that may be taken only once. */
function renamed(run: number): unknown {
  const { commands, window } = vscode
  const name = (id: string) => `run${run}.${id}`
  const own = (object: object, members: Readonly<Record<string, unknown>>) =>
    Object.create(
      object,
      Object.fromEntries(Object.entries(members).map(([key, value]) => [key, { value, enumerable: true }])),
    )
  return own(vscode, {
    commands: own(commands, {
      registerCommand: (id: string, act: () => void) => commands.registerCommand(name(id), act),
    }),
    window: own(window, {
      // Two channels of one name would be one, closed with the first; and the editor, which makes a channel later, complains about
      // one that is closed before it is made. They stay until the host ends.
      createOutputChannel: (id: string, options: { readonly log: true }) =>
        own(window.createOutputChannel(name(id), options), { dispose: () => {} }),
      registerWebviewViewProvider: (id: string, view: vscode.WebviewViewProvider) =>
        window.registerWebviewViewProvider(name(id), view),
      registerWebviewPanelSerializer: (id: string, panel: vscode.WebviewPanelSerializer) =>
        window.registerWebviewPanelSerializer(name(id), panel),
    }),
  })
}
