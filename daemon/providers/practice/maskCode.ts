/**
 * Source code with the text of its comments and strings taken out; line ends and all offsets stay, so what is left can be
 * searched for names and brackets. A comment becomes spaces. A string becomes quotation marks, and `insideString` on
 * its later lines, which is white space too, so that a line of nothing else is told from a comment. Pure; linear.
 *
 * It knows the usual quotes and comments, template literals with code inside, and JavaScript's regular expressions by
 * what stands before them. It is no parser: in a file that does not compile it may be wrong.
 */
import type { LanguageFamily } from './languages.ts'

/** A no-break space. */
export const insideString = '\u00a0'

export function maskCode(code: string, family: LanguageFamily): string {
  const pieces: string[] = []
  let plainStart = 0
  let offset = 0
  while (offset < code.length) {
    const commentEnd = endOfComment(code, offset, family)
    const end = commentEnd ?? endOfString(code, offset, family)
    if (end === undefined) {
      offset += 1
      continue
    }
    const masked = code.slice(offset, end)
    pieces.push(code.slice(plainStart, offset), commentEnd === undefined ? maskedString(masked) : blankOf(masked))
    offset = end
    plainStart = end
  }
  pieces.push(code.slice(plainStart))
  return pieces.join('')
}

function blankOf(text: string): string {
  return text.replace(/[^\r\n]/g, ' ')
}

function maskedString(text: string): string {
  const [first = '', ...later] = text.split('\n')
  const filled = (line: string, filling: string) => line.replace(/[^\r]/g, filling)
  return [filled(first, '"'), ...later.map((line) => filled(line, insideString))].join('\n')
}

/** Where the comment that begins here ends; undefined if none begins here. */
function endOfComment(code: string, offset: number, family: LanguageFamily): number | undefined {
  if (family.lineComments.some((mark) => code.startsWith(mark, offset))) return endOfLine(code, offset)
  for (const [open, close] of family.blockComments) {
    if (code.startsWith(open, offset)) return endAfter(code, close, offset + open.length)
  }
  return undefined
}

function endOfString(code: string, offset: number, family: LanguageFamily): number | undefined {
  const quote = family.quotes.find((candidate) => code.startsWith(candidate, offset))
  if (quote !== undefined) return endOfQuoted(code, offset, quote, family)
  if (family.hasRegexLiterals && code[offset] === '/' && mayBeginRegex(code, offset)) return endOfRegex(code, offset)
  return undefined
}

function endOfQuoted(code: string, offset: number, quote: string, family: LanguageFamily): number | undefined {
  const start = offset + quote.length
  if (quote === '`' && family.hasRegexLiterals) return endOfTemplate(code, start, 0)
  if (quote.length > 1 || quote === '`') return endAfter(code, quote, start)
  // A single quote is also Rust's lifetime: there it is a literal only if it closes after one character.
  if (quote === "'" && family.name === 'rust') {
    const literal = /^'(?:\\[^\n]{1,10}?|[^\\\n])'/.exec(code.slice(offset, offset + 14))
    return literal === null ? undefined : offset + literal[0].length
  }
  return endOfLineString(code, start, quote)
}

/** Ends at its line at the latest, so that a stray apostrophe blanks no more than that. */
function endOfLineString(code: string, start: number, quote: string): number {
  for (let offset = start; offset < code.length; offset += 1) {
    const character = code[offset]
    if (character === '\\') offset += 1
    else if (character === quote) return offset + 1
    else if (character === '\n') return offset
  }
  return code.length
}

/** Templates within templates within templates: deeper than any person writes. */
const maxTemplateDepth = 32

function endOfTemplate(code: string, start: number, depth: number): number {
  for (let offset = start; offset < code.length; offset += 1) {
    const character = code[offset]
    if (character === '\\') offset += 1
    else if (character === '`') return offset + 1
    else if (character === '$' && code[offset + 1] === '{' && depth < maxTemplateDepth) {
      offset = endOfTemplateCode(code, offset + 2, depth + 1) - 1
    }
  }
  return code.length
}

function endOfTemplateCode(code: string, start: number, depth: number): number {
  let braces = 1
  for (let offset = start; offset < code.length; offset += 1) {
    const character = code[offset]
    if (character === "'" || character === '"') offset = endOfLineString(code, offset + 1, character) - 1
    else if (character === '`') offset = endOfTemplate(code, offset + 1, depth) - 1
    else if (character === '{') braces += 1
    else if (character === '}') braces -= 1
    if (braces === 0) return offset + 1
  }
  return code.length
}

/** After a value a slash divides; after an operator, an opening bracket or one of a few words it begins a pattern. */
function mayBeginRegex(code: string, offset: number): boolean {
  const before = code.slice(Math.max(0, offset - 20), offset).trimEnd()
  return before === '' || /(?:[(,=:[!&|?{};+~^%*<>-]|\b(?:return|typeof|case|in|of|do|else|void|delete))$/.test(before)
}

/** Longer ones are no regular expressions, and looking for their ends would take too long. */
const maxRegexLength = 1_000

function endOfRegex(code: string, offset: number): number | undefined {
  let isInClass = false
  for (let at = offset + 1; at < Math.min(code.length, offset + maxRegexLength); at += 1) {
    const character = code[at]
    if (character === '\n') return undefined
    if (character === '\\') at += 1
    else if (character === '[') isInClass = true
    else if (character === ']') isInClass = false
    else if (character === '/' && !isInClass) return at + 1
  }
  return undefined
}

function endOfLine(code: string, offset: number): number {
  const end = code.indexOf('\n', offset)
  return end === -1 ? code.length : end
}

function endAfter(code: string, mark: string, start: number): number {
  const found = code.indexOf(mark, start)
  return found === -1 ? code.length : found + mark.length
}
