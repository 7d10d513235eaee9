/**
 * What can be said of a piece of source code without a model: its declared names with their places and sizes, what it
 * imports, and how deeply it nests. Read with patterns, line by line, from code whose strings and comments are blanked;
 * what no pattern matches is left out. Pure.
 */

import { createExtents, indentationOf } from './extents.ts'
import { type DeclarationKind, type DeclarationPattern, type LanguageFamily, languageFamilyOf } from './languages.ts'
import { insideString, maskCode } from './maskCode.ts'

export type OutlineEntry = {
  readonly kind: DeclarationKind
  readonly name: string
  /** From 1, within the code given. */
  readonly line: number
  readonly lineCount: number
}

export type Outline = {
  readonly lineCount: number
  readonly blankLineCount: number
  readonly commentLineCount: number
  /** In the order of the code. */
  readonly entries: readonly OutlineEntry[]
  /** Without repeats, in the order of the code. */
  readonly imports: readonly string[]
  /** Blocks within blocks, 0 for none; missing where the language's blocks are not known. */
  readonly nesting?: { readonly depth: number; readonly line: number }
}

export function outlineOf(code: string, languageId: string): Outline {
  const family = languageFamilyOf(languageId)
  const lines = linesOf(code)
  const masked = linesOf(maskCode(code, family))
  const depths = depthsOf(masked, family)
  const nesting = deepestOf(depths)
  return {
    lineCount: lines.length,
    blankLineCount: lines.filter((line) => line.trim() === '').length,
    commentLineCount: lines.filter((line, at) => isComment(line, masked[at] ?? '')).length,
    entries: entriesOf(masked, depths, family),
    imports: importsOf(lines, masked, family),
    ...(family.blocks !== 'unknown' && { nesting }),
  }
}

/** A final line end ends the last line; it begins no other. */
function linesOf(code: string): readonly string[] {
  const lines = code.split(/\r\n|\n|\r/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function isComment(line: string, masked: string): boolean {
  return line.trim() !== '' && masked.trim() === '' && !masked.includes(insideString)
}

type LineDepth = { readonly before: number; readonly deepest: number; readonly after: number }

function depthsOf(masked: readonly string[], family: LanguageFamily): readonly LineDepth[] {
  switch (family.blocks) {
    case 'braces':
      return braceDepthsOf(masked)
    case 'indentation':
      return indentationDepthsOf(masked)
    case 'unknown':
      return masked.map(() => ({ before: 0, deepest: 0, after: 0 }))
  }
}

function braceDepthsOf(masked: readonly string[]): readonly LineDepth[] {
  let depth = 0
  return masked.map((line) => {
    const before = depth
    let deepest = depth
    for (const brace of line.match(/[{}]/g) ?? []) {
      depth = Math.max(0, depth + (brace === '{' ? 1 : -1))
      deepest = Math.max(deepest, depth)
    }
    return { before, deepest, after: depth }
  })
}

function indentationDepthsOf(masked: readonly string[]): readonly LineDepth[] {
  const open: number[] = []
  return masked.map((line) => {
    if (line.trim() !== '') {
      const indentation = indentationOf(line)
      while ((open.at(-1) ?? -1) >= indentation) open.pop()
      open.push(indentation)
    }
    const depth = Math.max(0, open.length - 1)
    return { before: depth, deepest: depth, after: depth }
  })
}

function deepestOf(depths: readonly LineDepth[]): { readonly depth: number; readonly line: number } {
  let deepest = { depth: 0, line: 1 }
  depths.forEach((depth, at) => {
    if (depth.deepest > deepest.depth) deepest = { depth: depth.deepest, line: at + 1 }
  })
  return deepest
}

/** A line longer than this is generated; patterns are not run on it. */
const maxPatternLineLength = 1_000

function entriesOf(
  masked: readonly string[],
  depths: readonly LineDepth[],
  family: LanguageFamily,
): readonly OutlineEntry[] {
  const entries: OutlineEntry[] = []
  const lineCountFrom = createExtents(masked, family.blocks)
  // The depth of class bodies that are open at this line, the innermost last.
  const classBodies: { readonly lastLine: number; readonly depth: number }[] = []
  masked.forEach((line, at) => {
    while ((classBodies.at(-1)?.lastLine ?? at) < at) classBodies.pop()
    const depth = depths[at]?.before ?? 0
    const isInClass = classBodies.at(-1)?.depth === depth
    const found = line.length > maxPatternLineLength ? undefined : declarationIn(line, family.declarations, isInClass)
    if (found === undefined) return
    const lineCount = lineCountFrom(at)
    entries.push({ ...found, line: at + 1, lineCount })
    if (found.kind === 'class') classBodies.push({ lastLine: at + lineCount - 1, depth: depth + 1 })
  })
  return entries
}

function declarationIn(
  line: string,
  patterns: readonly DeclarationPattern[],
  isInClass: boolean,
): { readonly kind: DeclarationKind; readonly name: string } | undefined {
  for (const { kind, pattern, isMember } of patterns) {
    if (isMember === true && !isInClass) continue
    const name = pattern.exec(line)?.groups?.name
    if (name !== undefined) return { kind: isInClass && kind === 'function' ? 'method' : kind, name }
  }
  return undefined
}

function importsOf(lines: readonly string[], masked: readonly string[], family: LanguageFamily): readonly string[] {
  const found = lines.flatMap((line, at) => {
    // A line that is masked from its first character is a comment or the inside of a string.
    const first = indentationOf(line)
    if (line.length > maxPatternLineLength || masked[at]?.[first] !== line[first]) return []
    const what = family.imports.map((pattern) => pattern.exec(line)?.groups?.what).find((name) => name !== undefined)
    return what === undefined ? [] : [what]
  })
  return [...new Set(found)]
}
