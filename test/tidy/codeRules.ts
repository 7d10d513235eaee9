/** Rules about source files that no linter knows. They look at the syntax tree, so that words in comments and texts are free. */
import ts from 'typescript'
import type { Repository, Rule } from './repository.ts'

/** A pure folder is given time and dice as values. */
export const noClockOrDice: Rule = (repository) =>
  sources(repository, /^(shared|daemon\/core)\//).flatMap(([path, file]) =>
    nodesOf(file)
      .map(clockOrDiceOf)
      .filter((found) => found !== undefined)
      .map((found) => `${path}: uses ${found}; take the time, the number or the value as a parameter`),
  )

export const everyCoreFileIsTested: Rule = (repository) =>
  sources(repository, /^daemon\/core\//)
    .filter(([, file]) => file.statements.some(exportsValue))
    .map(([path]) => ({ path, test: `test/${path.replace(/\.ts$/, '.test.ts')}` }))
    .filter(({ test }) => !repository.paths.includes(test))
    .map(({ path, test }) => `${path}: has no test; write ${test}`)

const lineLimit = 300

export const noLongFile: Rule = (repository) =>
  sources(repository, /^(shared|daemon|extension)\//)
    .map(([path, file]) => ({ path, lines: file.text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > lineLimit)
    .map(({ path, lines }) => `${path}: has ${lines} lines of at most ${lineLimit}; find the second idea in it`)

export const noDefaultExport: Rule = (repository) =>
  sources(repository, /^(shared|daemon|extension|test)\//)
    .filter(([, file]) => file.statements.some((node) => ts.isExportAssignment(node) || isDefault(node)))
    .map(([path]) => `${path}: has a default export; give it a name`)

export const noAsAny: Rule = (repository) =>
  sources(repository, /^(shared|daemon|extension|test)\//).flatMap(([path, file]) =>
    nodesOf(file)
      .filter((node) => ts.isAsExpression(node) && node.type.kind === ts.SyntaxKind.AnyKeyword)
      .map((node) => `${path}: says \`${node.getText(file)}\`; decode it from unknown`),
  )

/** A test may be skipped under a condition that says why; it may not be switched off, nor switch off the others. */
export const noTestIsSwitchedOff: Rule = (repository) =>
  sources(repository, /^test\//).flatMap(([path, file]) =>
    nodesOf(file)
      .filter((node) =>
        /^((test|it|describe|suite)\.(skip|only|todo)|(skip|only|todo): true)$/.test(switchOf(node, file)),
      )
      .map((node) => `${path}: switches tests off with \`${switchOf(node, file)}\`; repair or remove the test`),
  )

/** Tests say in their names what they show; all other files say at the top what they promise. */
export const everyFileOpensWithAComment: Rule = (repository) =>
  repository.paths
    .filter((path) => /^(shared|daemon|extension|scripts|test)\/.*\.(ts|mjs|cjs)$/.test(path))
    .filter((path) => !/\.test\.ts$|^test\/(vscode\/)?fixtures?\//.test(path))
    .filter((path) => !/^(#!.*\n)?\s*(\/\/|\/\*)/.test(repository.textOf(path)))
    .map((path) => `${path}: opens without a comment; say what its export promises`)

const pureFolderBans = new Set(['performance', 'process', 'setTimeout', 'setInterval', 'setImmediate', 'crypto'])

function clockOrDiceOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const member = `${node.expression.text}.${node.name.text}`
    if (member === 'Date.now' || member === 'Math.random') return member
  }
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length) return 'new Date()'
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'Date()'
  if (ts.isIdentifier(node) && pureFolderBans.has(node.text) && isReference(node)) return node.text
  return undefined
}

function switchOf(node: ts.Node, file: ts.SourceFile): string {
  return ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node) ? node.getText(file) : ''
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name
}

/** Not the name of a member, as in `{ process: 1 }` or `step.process`. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  return !(
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isBindingElement(parent)
  )
}

function exportsValue(node: ts.Statement): boolean {
  if (ts.isExportDeclaration(node)) return !node.isTypeOnly
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return false
  return hasModifier(node, ts.SyntaxKind.ExportKeyword)
}

function isDefault(node: ts.Statement): boolean {
  return hasModifier(node, ts.SyntaxKind.DefaultKeyword)
}

function hasModifier(node: ts.Statement, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind)
}

function sources(repository: Repository, where: RegExp): readonly (readonly [string, ts.SourceFile])[] {
  return repository.paths
    .filter((path) => where.test(path) && path.endsWith('.ts') && !/^test\/(vscode\/)?fixtures?\//.test(path))
    .map((path) => [path, parsed(path, repository.textOf(path))] as const)
}

// Parsing is nearly all the time that these rules take, and they look at the same files again and again.
const parsedFiles = new Map<string, ts.SourceFile>()

function parsed(path: string, text: string): ts.SourceFile {
  const key = `${path}\n${text}`
  const file = parsedFiles.get(key) ?? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  parsedFiles.set(key, file)
  return file
}

function nodesOf(file: ts.SourceFile): readonly ts.Node[] {
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    nodes.push(node)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return nodes
}
