/**
 * The code that a prompt works on, from an argument `FILE`, `FILE:A` or `FILE:A-B` (lines from 1, both included), or
 * from standard input. Bytes that are no text are refused: a model would be paid for garbage.
 */
import { readFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import type { CodeSelection } from '../../shared/domain/prompt.ts'
import { UsageError } from './usageError.ts'

export type CodeArgument = {
  readonly code: CodeSelection
  /** Absolute; missing for standard input. */
  readonly document?: string
}

export type LineRange = { readonly firstLine: number; readonly lastLine: number }

export function readCodeArgument(argument: string, currentFolder: string): CodeArgument {
  const { file, lines } = splitCodeArgument(argument)
  const document = resolve(currentFolder, file)
  const text = textOf(readBytes(document, file), file)
  const selected = lines === undefined ? text : linesOf(text, lines, file)
  const language = languages.get(extname(file).toLowerCase())
  const code = { text: selected, path: file, startLine: lines?.firstLine ?? 1 }
  return { document, code: language === undefined ? code : { ...code, language } }
}

/** A name that really ends in `:12` is taken with a leading `./` and a range of its own, such as `./odd:12:1-3`. */
export function splitCodeArgument(argument: string): { readonly file: string; readonly lines?: LineRange } {
  const match = /^(.+):(\d+)(?:-(\d+))?$/.exec(argument)
  const [, file, first, last] = match ?? []
  if (file === undefined || first === undefined) return { file: argument }
  const firstLine = Number(first)
  const lastLine = Number(last ?? first)
  if (firstLine < 1 || lastLine < firstLine) {
    throw new UsageError(`expected lines as FIRST-LAST counted from 1, such as 10-40, found \`${first}-${lastLine}\``)
  }
  return { file, lines: { firstLine, lastLine } }
}

function readBytes(document: string, file: string): Buffer {
  try {
    return readFileSync(document)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'an error'
    throw new UsageError(`expected a readable file \`${file}\`, found ${reasons.get(reason) ?? reason}`)
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'none of that name'],
  ['EISDIR', 'a folder'],
  ['EACCES', 'that this user may not read it'],
])

function textOf(bytes: Buffer, file: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
    if (!text.includes('\u0000')) return text
  } catch {
    // Falls through to the same refusal.
  }
  throw new UsageError(`expected text in UTF-8 in \`${file}\`, found other bytes`)
}

function linesOf(text: string, lines: LineRange, file: string): string {
  const all = text.split('\n')
  // A final line feed ends the last line and begins no other.
  const lineCount = all.at(-1) === '' ? all.length - 1 : all.length
  if (lines.firstLine > lineCount) {
    throw new UsageError(
      `expected lines of \`${file}\`, which has ${lineCount}, found ${lines.firstLine}-${lines.lastLine}`,
    )
  }
  return all.slice(lines.firstLine - 1, lines.lastLine).join('\n')
}

/** VS Code's language ids of the common extensions; for others the model sees the file's name alone. */
const languages: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '.ts': 'typescript',
    '.mts': 'typescript',
    '.cts': 'typescript',
    '.tsx': 'typescriptreact',
    '.js': 'javascript',
    '.mjs': 'javascript',
    '.cjs': 'javascript',
    '.jsx': 'javascriptreact',
    '.py': 'python',
    '.rs': 'rust',
    '.go': 'go',
    '.java': 'java',
    '.kt': 'kotlin',
    '.c': 'c',
    '.h': 'c',
    '.cc': 'cpp',
    '.cpp': 'cpp',
    '.hpp': 'cpp',
    '.cs': 'csharp',
    '.rb': 'ruby',
    '.php': 'php',
    '.swift': 'swift',
    '.sh': 'shellscript',
    '.sql': 'sql',
    '.html': 'html',
    '.css': 'css',
    '.json': 'json',
    '.yaml': 'yaml',
    '.yml': 'yaml',
    '.md': 'markdown',
    '.lua': 'lua',
    '.vim': 'viml',
    '.el': 'lisp',
  }),
)
