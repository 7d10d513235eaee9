/**
 * Says where a text stops being JSON (RFC 8259), for people who edit it by hand: line and column from 1, what was
 * expected there and what stands there. Of the text at most one character is quoted: what stands there may be a key.
 * JSON.parse's own messages quote the text around the place and mostly do not say where it is.
 */
export type JsonSyntaxError = {
  readonly line: number
  readonly column: number
  readonly expected: string
  readonly found: string
}

/** Undefined: the text is JSON. */
export function findJsonSyntaxError(text: string): JsonSyntaxError | undefined {
  const scan = { text, at: 0 }
  const expected = scanValue(scan, 0) ?? scanEnd(scan)
  if (expected === undefined) return undefined
  const before = text.slice(0, scan.at).split('\n')
  const found = scan.at >= text.length ? 'the end of the file' : `the character ${JSON.stringify(text[scan.at])}`
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, expected, found }
}

/** `at` is left at the first character that does not fit. */
type Scan = { readonly text: string; at: number }
/** What was expected; undefined when all is well. */
type Expected = string | undefined

/** Deeper nesting is no configuration, and would use up the stack. */
const maxDepth = 500
const whitespace = /[ \t\n\r]*/y
const numeral = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const word = /true|false|null/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold them.
const plainCharacters = /[^"\\\u0000-\u001f]*/y
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

function scanValue(scan: Scan, depth: number): Expected {
  skip(scan, whitespace)
  if (depth > maxDepth) return `at most ${maxDepth} levels of nesting`
  switch (scan.text[scan.at]) {
    case '{':
      return scanList(scan, '}', () => scanMember(scan, depth))
    case '[':
      return scanList(scan, ']', () => scanValue(scan, depth + 1))
    case '"':
      return scanString(scan)
    default:
      return skip(scan, word) || skip(scan, numeral) ? undefined : 'a value'
  }
}

function scanList(scan: Scan, closing: '}' | ']', scanItem: () => Expected): Expected {
  scan.at++
  skip(scan, whitespace)
  if (take(scan, closing)) return undefined
  for (;;) {
    const expected = scanItem()
    if (expected !== undefined) return expected
    skip(scan, whitespace)
    if (take(scan, closing)) return undefined
    if (!take(scan, ',')) return `"," or "${closing}"`
    skip(scan, whitespace)
  }
}

function scanMember(scan: Scan, depth: number): Expected {
  if (scan.text[scan.at] !== '"') return 'a name in double quotes'
  const expected = scanString(scan)
  if (expected !== undefined) return expected
  skip(scan, whitespace)
  return take(scan, ':') ? scanValue(scan, depth + 1) : '":"'
}

function scanString(scan: Scan): Expected {
  scan.at++
  do skip(scan, plainCharacters)
  while (skip(scan, escapeSequence))
  if (take(scan, '"')) return undefined
  return scan.text[scan.at] === '\\' ? 'an escape that JSON knows' : 'a closing double quote'
}

function scanEnd(scan: Scan): Expected {
  skip(scan, whitespace)
  return scan.at === scan.text.length ? undefined : 'the end of the file'
}

function take(scan: Scan, character: string): boolean {
  if (scan.text[scan.at] !== character) return false
  scan.at++
  return true
}

/** Answers whether anything was skipped. */
function skip(scan: Scan, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at
  const length = pattern.exec(scan.text)?.[0].length ?? 0
  scan.at += length
  return length > 0
}
