/**
 * Documents that exist in memory alone, for answers and previews that grow. The editor is told of new text only after it has
 * taken in the last one: one refresh is in flight, and what comes meanwhile travels with the next, so that a fast stream costs
 * no more than the editor can draw. The last 40 texts are kept for tabs that are looked at again.
 *
 * A Markdown preview that is still loading loses what it is told meanwhile, and would show half of a short answer for ever. For
 * those documents the last text is said twice more, each time with one more empty line at its end, which a preview does not draw.
 */
import { randomUUID } from 'node:crypto'
import * as vscode from 'vscode'

export type VirtualDocuments = vscode.Disposable & {
  readonly uriOf: (requestId: string, fileName: string) => vscode.Uri
  /** `read` makes the text when the editor wants it; say so again each time that it gives another. */
  readonly show: (uri: vscode.Uri, read: () => string) => void
}

type Entry = {
  readonly uri: vscode.Uri
  read: () => string
  givenText: string | undefined
  isInFlight: boolean
  repeats: number
  repeatTimer?: NodeJS.Timeout
}

const keptCount = 40
/** After the last text arrived, then after its first repetition; milliseconds. */
const repeatAfterMs = [1_000, 5_000]

export function registerVirtualDocuments(
  scheme: string,
  { arePreviewed }: { arePreviewed: boolean },
): VirtualDocuments {
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
    if (arePreviewed && !entry.isInFlight) repeatLater(entry)
  }
  const repeatLater = (entry: Entry) => {
    clearTimeout(entry.repeatTimer)
    const delayMs = repeatAfterMs[entry.repeats]
    if (delayMs === undefined) return
    entry.repeatTimer = setTimeout(() => {
      entry.repeats += 1
      refresh(entry)
    }, delayMs)
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
      clearTimeout(entry?.repeatTimer)
      if (entry !== undefined) Object.assign(entry, { givenText: undefined, isInFlight: false, repeats: 0 })
    }),
  )
  return {
    uriOf: (requestId, fileName) =>
      vscode.Uri.from({ scheme, path: `/${fileName}`, query: `${requestId}.${windowLife}` }),
    show: (uri, read) => {
      const key = uri.toString()
      const entry = entries.get(key) ?? { uri, read, givenText: undefined, isInFlight: false, repeats: 0 }
      clearTimeout(entry.repeatTimer)
      Object.assign(entry, { read, repeats: 0 })
      entries.set(key, entry)
      const oldest = entries.keys().next()
      if (entries.size > keptCount && oldest.done !== true) entries.delete(oldest.value)
      refresh(entry)
    },
    dispose: () => {
      registrations.dispose()
      for (const { repeatTimer } of entries.values()) clearTimeout(repeatTimer)
    },
  }
}

/** Of a URI that `uriOf` made. */
export function requestIdOf(uri: vscode.Uri): string {
  return uri.query.slice(0, uri.query.lastIndexOf('.'))
}

/** The editor compares line by line: a text that differs in line ends alone would not arrive either. */
function textOf(entry: Entry): string {
  return entry.read().replace(/\r\n?/g, '\n') + '\n'.repeat(entry.repeats)
}
