/**
 * Documents that exist in memory alone, for answers and previews that grow. The editor is told of new text only after it has
 * taken in the last one: one refresh is in flight, and what comes meanwhile travels with the next, so that a fast stream costs
 * no more than the editor can draw. The last 40 texts are kept for tabs that are looked at again.
 */
import { randomUUID } from 'node:crypto'
import * as vscode from 'vscode'

export type VirtualDocuments = vscode.Disposable & {
  readonly uriOf: (requestId: string, fileName: string) => vscode.Uri
  /** `read` makes the text when the editor wants it; say so again each time that it gives another. */
  readonly show: (uri: vscode.Uri, read: () => string) => void
}

type Entry = { readonly uri: vscode.Uri; read: () => string; givenText: string | undefined; isInFlight: boolean }

const keptCount = 40

export function registerVirtualDocuments(scheme: string): VirtualDocuments {
  const entries = new Map<string, Entry>()
  // After a reload the editor may still hold a document that the window had before; the same name would show its old text.
  const windowLife = randomUUID().slice(0, 8)
  const changed = new vscode.EventEmitter<vscode.Uri>()

  const refresh = (entry: Entry) => {
    // Never asked for yet: it will be given what is newest then. The same text again would change nothing, and so never arrive.
    if (entry.isInFlight || entry.givenText === undefined || entry.givenText === textOf(entry)) return
    entry.isInFlight = true
    changed.fire(entry.uri)
  }
  const onArrived = (document: vscode.TextDocument) => {
    const entry = document.uri.scheme === scheme ? entries.get(document.uri.toString()) : undefined
    if (entry === undefined) return
    entry.isInFlight = false
    refresh(entry)
  }
  const registrations = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => {
        const entry = entries.get(uri.toString())
        if (entry === undefined) return undefined
        entry.givenText = textOf(entry)
        return entry.givenText
      },
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => onArrived(document)),
    vscode.workspace.onDidOpenTextDocument(onArrived),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      const entry = entries.get(uri.toString())
      // No editor is left to take the text in; one that opens later asks anew.
      if (entry !== undefined) Object.assign(entry, { givenText: undefined, isInFlight: false })
    }),
  )
  return {
    uriOf: (requestId, fileName) =>
      vscode.Uri.from({ scheme, path: `/${fileName}`, query: `${requestId}.${windowLife}` }),
    show: (uri, read) => {
      const key = uri.toString()
      const entry = entries.get(key) ?? { uri, read, givenText: undefined, isInFlight: false }
      entry.read = read
      entries.set(key, entry)
      const oldest = entries.keys().next()
      if (entries.size > keptCount && oldest.done !== true) entries.delete(oldest.value)
      refresh(entry)
    },
    dispose: () => registrations.dispose(),
  }
}

/** Of a URI that `uriOf` made. */
export function requestIdOf(uri: vscode.Uri): string {
  return uri.query.slice(0, uri.query.lastIndexOf('.'))
}

/** The editor compares line by line: a text that differs in line ends alone would not arrive either. */
function textOf(entry: Entry): string {
  return entry.read().replace(/\r\n?/g, '\n')
}
