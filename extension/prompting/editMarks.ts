/**
 * What is drawn into a document while a prompt works on it or its change waits for review: one lens line above the range, and a
 * mark on its lines (a blue bar for a target, the diff editor's colour for written text; the editor moves both along with typing
 * until they are put anew).
 */
import * as vscode from 'vscode'

export type EditMark = {
  readonly document: vscode.TextDocument
  readonly startOffset: number
  readonly endOffset: number
  readonly look: 'target' | 'written'
  readonly lenses: readonly MarkLens[]
}

/** Without a command it is plain words. */
export type MarkLens = { readonly title: string; readonly command?: string; readonly argument?: string }

export type EditMarks = vscode.Disposable & {
  readonly put: (id: string, mark: EditMark) => void
  readonly remove: (id: string) => void
}

export function registerEditMarks(): EditMarks {
  const marks = new Map<string, EditMark>()
  const lensesChanged = new vscode.EventEmitter<void>()
  const looks = {
    target: vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      borderWidth: '0 0 0 2px',
      borderStyle: 'solid',
      borderColor: new vscode.ThemeColor('charts.blue'),
    }),
    written: vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor('diffEditor.insertedLineBackground'),
      overviewRulerColor: new vscode.ThemeColor('diffEditorOverview.insertedForeground'),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    }),
  }
  const draw = (editors: readonly vscode.TextEditor[]) => {
    for (const editor of editors) {
      const own = [...marks.values()].filter((mark) => mark.document === editor.document)
      for (const look of ['target', 'written'] as const) {
        editor.setDecorations(looks[look], own.filter((mark) => mark.look === look).map(markedRange))
      }
    }
  }
  const redraw = (document: vscode.TextDocument) => {
    draw(vscode.window.visibleTextEditors.filter((editor) => editor.document === document))
    lensesChanged.fire()
  }
  const registrations = vscode.Disposable.from(
    lensesChanged,
    looks.target,
    looks.written,
    vscode.window.onDidChangeVisibleTextEditors(draw),
    vscode.languages.registerCodeLensProvider(
      { pattern: '**' },
      {
        onDidChangeCodeLenses: lensesChanged.event,
        provideCodeLenses: (document) =>
          [...marks.values()].filter((mark) => mark.document === document).flatMap(codeLensesOf),
      },
    ),
  )
  return {
    put: (id, mark) => {
      marks.set(id, mark)
      redraw(mark.document)
    },
    remove: (id) => {
      const mark = marks.get(id)
      if (marks.delete(id) && mark !== undefined) redraw(mark.document)
    },
    dispose: () => registrations.dispose(),
  }
}

/** Whole lines are drawn, so a range that ends before a line's first character must not take that line in. */
function markedRange({ document, startOffset, endOffset }: EditMark): vscode.Range {
  const start = document.positionAt(startOffset)
  const end = document.positionAt(endOffset)
  if (end.character > 0 || end.line === start.line) return new vscode.Range(start, end)
  return new vscode.Range(start, document.lineAt(end.line - 1).range.end)
}

function codeLensesOf(mark: EditMark): readonly vscode.CodeLens[] {
  const start = mark.document.positionAt(mark.startOffset)
  return mark.lenses.map(
    ({ title, command, argument }) =>
      new vscode.CodeLens(new vscode.Range(start, start), {
        title,
        command: command ?? '',
        ...(argument === undefined ? {} : { arguments: [argument] }),
      }),
  )
}
