import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import ts from 'typescript'
import { type OutlineEntry, outlineOf } from '../../../../daemon/providers/practice/outline.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name))
}

/** What the compiler says of a file's own statements: functions, classes, types, and constants that are functions. */
function declaredIn(path: string): { readonly entries: readonly OutlineEntry[]; readonly imports: readonly string[] } {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const lineOf = (offset: number) => source.getLineAndCharacterOfPosition(offset).line + 1
  const entries: OutlineEntry[] = []
  const imports: string[] = []
  for (const statement of source.statements) {
    const named = namedIn(statement)
    const line = lineOf(statement.getStart(source))
    if (named !== undefined) entries.push({ ...named, line, lineCount: lineOf(statement.getEnd()) - line + 1 })
    if ((ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) && statement.moduleSpecifier) {
      imports.push((statement.moduleSpecifier as ts.StringLiteral).text)
    }
  }
  return { entries, imports: [...new Set(imports)] }
}

function namedIn(statement: ts.Statement): Pick<OutlineEntry, 'kind' | 'name'> | undefined {
  if (ts.isFunctionDeclaration(statement) && statement.name) return { kind: 'function', name: statement.name.text }
  if (ts.isClassDeclaration(statement) && statement.name) return { kind: 'class', name: statement.name.text }
  if (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) {
    return { kind: 'type', name: statement.name.text }
  }
  const first = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : undefined
  const isFunction =
    first?.initializer && (ts.isArrowFunction(first.initializer) || ts.isFunctionExpression(first.initializer))
  return isFunction && ts.isIdentifier(first.name) ? { kind: 'function', name: first.name.text } : undefined
}

test("the outline of this repository's own sources agrees with the compiler's", (context) => {
  let count = 0
  for (const path of ['daemon/providers', 'daemon/core', 'shared'].flatMap(sourcesBelow)) {
    const code = readFileSync(path, 'utf8')
    const outline = outlineOf(code, 'typescript')
    const compiler = declaredIn(path)
    const lines = code.split('\n')
    // Nested declarations are the outline's business too; the compiler was asked for the file's own.
    const own = outline.entries.filter((entry) => !/^\s/.test(lines[entry.line - 1] ?? ''))
    assert.deepEqual(own, compiler.entries, path)
    assert.deepEqual(outline.imports, compiler.imports, path)
    count += own.length
  }
  context.diagnostic(`${count} declarations compared`)
  assert.ok(count > 100)
})

const rows: readonly {
  readonly language: string
  readonly code: string
  readonly entries: readonly string[]
  readonly imports: readonly string[]
  readonly depth: number | undefined
}[] = [
  {
    language: 'javascript',
    code: [
      "const fs = require('node:fs')",
      '// function commented() {}',
      'const text = "function quoted() {"',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code to be outlined.
      "const tick = `${(() => { return '}' })()} function inTemplate() {`",
      'const pattern = /["{`]/',
      'class Box extends Base {',
      '  #size = 1',
      '  async open(key) {',
      '    if (key) {',
      '      for (const x of y) { use(x) }',
      '    }',
      '  }',
      '  get size() { return this.#size }',
      '}',
      'export const add = (a, b) => a + b',
      'export default async function* main() {',
      '}',
    ].join('\r\n'),
    entries: ['class Box 6+9', 'method open 8+5', 'function add 15+1', 'function main 16+2'],
    imports: ['node:fs'],
    depth: 4,
  },
  {
    language: 'python',
    code: [
      'import os',
      'from a.b import c',
      'class Ship:',
      '    """A docstring: def no():"""',
      '    def sail(self,',
      '             to):',
      '        if to:',
      '            return 1',
      '',
      '        return 2',
      '',
      'async def port():',
      '    pass  # def never():',
    ].join('\n'),
    entries: ['class Ship 3+8', 'method sail 5+6', 'function port 12+2'],
    imports: ['os', 'a.b'],
    depth: 3,
  },
  {
    language: 'go',
    code: 'package main\n\nimport (\n\t"fmt"\n\tx "net/http"\n)\n\ntype Box struct {\n\tn int\n}\n\nfunc (b *Box) Open(k string) error {\n\tif k != "" {\n\t\treturn nil\n\t}\n\treturn fmt.Errorf(`{`)\n}\n',
    entries: ['type Box 8+3', 'function Open 12+6'],
    imports: ['fmt', 'net/http'],
    depth: 2,
  },
  {
    language: 'rust',
    code: "use std::fmt;\n\npub struct Box<'a> {\n    name: &'a str,\n}\n\nimpl<'a> Box<'a> {\n    pub fn name(&self) -> char {\n        '{'\n    }\n}\n",
    entries: ['type Box 3+3', 'function name 8+3'],
    imports: ['std::fmt'],
    depth: 2,
  },
  {
    language: 'c',
    code: '#include <stdio.h>\n#include "box.h"\n\nstruct box {\n  int n;\n};\n\nstatic int open_box(struct box *b)\n{\n  /* { */\n  return b->n;\n}\n',
    entries: ['type box 4+3', 'function open_box 8+5'],
    imports: ['stdio.h', 'box.h'],
    depth: 1,
  },
  {
    language: 'java',
    code: 'import java.util.List;\n\npublic class Box {\n    private final int n;\n\n    public Box(int n) {\n        this.n = n;\n    }\n\n    List<String> names(int k) {\n        if (k > 0) {\n            return null;\n        }\n        return List.of("{");\n    }\n}\n',
    entries: ['class Box 3+14', 'method Box 6+3', 'method names 10+6'],
    imports: ['java.util.List'],
    depth: 3,
  },
  {
    language: 'shellscript',
    code: 'set -e\nhello() {\n  echo "}" # {\n}\nhello\n',
    entries: ['function hello 2+3'],
    imports: [],
    depth: 1,
  },
  { language: 'yaml', code: 'a:\n  - b # c\n', entries: [], imports: [], depth: undefined },
  { language: '', code: 'only words {', entries: [], imports: [], depth: undefined },
]

for (const row of rows) {
  test(`outlines ${row.language === '' ? 'a text without a language' : row.language}`, () => {
    const { entries, imports, nesting } = outlineOf(row.code, row.language)
    assert.deepEqual(
      entries.map(({ kind, name, line, lineCount }) => `${kind} ${name} ${line}+${lineCount}`),
      row.entries,
    )
    assert.deepEqual(imports, row.imports)
    assert.equal(nesting?.depth, row.depth)
  })
}

test('any text in any language gets an outline whose places lie within it', () => {
  const languages = [
    'typescript',
    'python',
    'go',
    'rust',
    'c',
    'java',
    'sh',
    'ruby',
    'sql',
    'html',
    'css',
    '',
    'klingon',
  ]
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'function f() {',
      '}',
      '\n',
      '`',
      '${',
      "'",
      '"',
      '/*',
      '*/',
      '//',
      '/',
      'class A',
      'def x',
      '=> (',
      '=\n',
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom(...languages), (pieces, language) => {
      const outline = outlineOf(pieces.join(''), language)
      for (const { line, lineCount } of outline.entries) {
        assert.ok(line >= 1 && lineCount >= 1 && line + lineCount - 1 <= outline.lineCount)
      }
      assert.ok(outline.blankLineCount + outline.commentLineCount <= outline.lineCount)
    }),
    { numRuns: 500 },
  )
})

test('200 KB of the most awkward text are outlined all the same', () => {
  for (const awkward of ['`${', '((((', '{\n', 'const a = (', "'", '/', 'class A {\n', 'a'.repeat(999), ' ']) {
    const code = awkward.repeat(Math.ceil(200_000 / awkward.length))
    assert.ok(outlineOf(code, 'typescript').lineCount > 0)
  }
})
