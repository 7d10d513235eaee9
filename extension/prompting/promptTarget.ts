/**
 * What a prompt works on: the selection of the text editor that is or was active last, or the function or type around the cursor when nothing is
 * selected. A target that begins behind nothing but indentation takes the indentation in, so that all its lines look alike to a
 * model. Otherwise says in words what to do.
 */
import * as vscode from 'vscode'
import { type CodeSymbol, enclosingSymbolOf } from './enclosingSymbol.ts'
import type { EditorPlace, LastTextEditor } from './lastTextEditor.ts'

export type PromptTarget = {
  readonly document: vscode.TextDocument
  /** Undefined: which editor shows it is not known. */
  readonly editor: vscode.TextEditor | undefined
  readonly range: vscode.Range
}

export type TargetChoice = { readonly kind: 'chosen'; readonly target: PromptTarget } | Missing
type Missing = { readonly kind: 'missing'; readonly message: string }

export async function chooseTarget(lastEditor: LastTextEditor): Promise<TargetChoice> {
  if (isFileWithoutText()) return missing('This file is not open as text, so there is no code to select in it.')
  const place = lastEditor.place()
  if (place === undefined) return missing('Open a file and select some code first, then run the prompt.')
  const { document, selection } = place
  if (!selection.isEmpty) return chosen(place, selection)
  const { version } = document
  const symbol = await symbolAround(document, selection.active)
  // Somebody typed meanwhile: the symbol's place is that of an older text.
  if (document.version !== version) return chooseTarget(lastEditor)
  if (symbol !== undefined && !symbol.isEmpty) return chosen(place, symbol)
  return missing(
    'Select some code first: the cursor is in no function or type that could be taken instead. Then run the prompt.',
  )
}

/** A binary file or a picture: who looks at it does not mean the code that was selected elsewhere before. */
function isFileWithoutText(): boolean {
  if (vscode.window.activeTextEditor !== undefined) return false
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
  if (input instanceof vscode.TabInputText) return true
  return input instanceof vscode.TabInputCustom && input.uri.scheme === 'file'
}

function chosen({ document, editor }: EditorPlace, selected: vscode.Range): TargetChoice {
  const before = new vscode.Range(selected.start.with({ character: 0 }), selected.start)
  const isIndentation = document.getText(before).trim() === ''
  const range = document.validateRange(isIndentation ? new vscode.Range(before.start, selected.end) : selected)
  if (document.getText(range).trim() === '') {
    return missing('The selection holds nothing but white space. Select some code, then run the prompt.')
  }
  return { kind: 'chosen', target: { document, editor, range } }
}

function missing(message: string): Missing {
  return { kind: 'missing', message }
}

async function symbolAround(document: vscode.TextDocument, cursor: vscode.Position): Promise<vscode.Range | undefined> {
  const symbols = await vscode.commands
    .executeCommand<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    )
    // A language server that fails leaves the user with the advice to select.
    .then(undefined, () => undefined)
  const range = enclosingSymbolOf((symbols ?? []).map(codeSymbolOf), cursor)
  return range === undefined ? undefined : rangeOf(range.start, range.end)
}

function rangeOf(start: { line: number; character: number }, end: { line: number; character: number }): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character)
}

function codeSymbolOf(symbol: vscode.DocumentSymbol | vscode.SymbolInformation): CodeSymbol {
  const isWhole = wholeKinds.has(symbol.kind)
  if ('children' in symbol) return { isWhole, range: symbol.range, children: symbol.children.map(codeSymbolOf) }
  return { isWhole, range: symbol.location.range, children: [] }
}

const wholeKinds: ReadonlySet<vscode.SymbolKind> = new Set([
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Enum,
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Struct,
])
