import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createAnswerPrinter } from '../../../daemon/cli/answerPrinter.ts'
import { createControlFilter, withoutControls } from '../../../daemon/cli/controlFilter.ts'
import { plainInk } from '../../../daemon/cli/ink.ts'

const rows: readonly (readonly [name: string, text: string, drawn: string])[] = [
  ['tabs, line feeds and other scripts', 'a\tb\nñ 日本 😀', 'a\tb\nñ 日本 😀'],
  ['a carriage return', 'ab\rc\r\n', 'abc\n'],
  ['C0 controls and DEL', 'a\u0000\u0007\u0008\u000b\u000c\u000e\u001fb\u007fc', 'abc'],
  ['C1 controls', 'a\u0080\u0085\u008d\u009cb', 'ab'],
  ['a colour', 'a\u001b[1;31mred\u001b[0m', 'ared'],
  ['a cursor move with intermediates', 'a\u001b[?25l\u001b[2 qb', 'ab'],
  ['a CSI of one character', 'a\u009b2Jb', 'ab'],
  ['the clipboard, ended by BEL', 'a\u001b]52;c;ZXZpbA==\u0007b', 'ab'],
  ['the clipboard, ended by ST', 'a\u001b]52;c;ZXZpbA==\u001b\\b', 'ab'],
  ['an OSC of one character', 'a\u009d0;title\u009cb', 'ab'],
  [
    'device control and the other strings',
    'a\u001bPq#0\u001b\\b\u001bXx\u001b\\c\u001b^x\u001b\\d\u001b_x\u001b\\e',
    'abcde',
  ],
  ['a string left open hides no more than its line', 'a\u001b]0;title\nb', 'a\nb'],
  ['a sequence broken off by a line feed', 'a\u001b[3\nb', 'a\nb'],
  ['an escape within a sequence', 'a\u001b[3\u001b[1mb', 'ab'],
  ['a reset, a character set, keypad modes', 'a\u001bcb\u001b(Bc\u001b=d', 'abcd'],
  ['an escape before other text', 'a\u001béb', 'aéb'],
]

describe('control filter', () => {
  for (const [name, text, drawn] of rows) {
    it(`draws ${name} safely, split anywhere`, () => {
      assert.equal(withoutControls(text), drawn)
      for (let split = 0; split <= text.length; split += 1) {
        const filter = createControlFilter()
        // A character of two code units is never split by the wire.
        if (/^[\udc00-\udfff]/.test(text.slice(split))) continue
        assert.equal(filter(text.slice(0, split)) + filter(text.slice(split)), drawn, `split at ${split}`)
      }
    })
  }

  it('lets no control through but tab and line feed, whatever comes in whatever parts', () => {
    const character = fc.oneof(
      fc.integer({ min: 0, max: 0xa0 }).map((code) => String.fromCharCode(code)),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(character), (parts) => {
        const filter = createControlFilter()
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
        assert.doesNotMatch(parts.map(filter).join(''), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
      }),
    )
  })
})

describe('answer printer', () => {
  const clipboard = ['An \u001b]52;c;ZX', 'ZpbA==\u0007answer\u001b[', '2J'] as const

  it('draws no control sequence on a terminal, also one split over two parts or left open by a failed attempt', () => {
    const { printer, drawn } = rig(true)
    for (const [index, text] of [...clipboard, '\u001b]0;'].entries()) {
      printer.onParts([{ number: index + 1, attempt: 1, type: 'text-append', text }])
    }
    const failure = { kind: 'truncated', message: 'bad \u001b]52;c;x\u0007 words' } as const
    printer.onParts([
      { number: 5, attempt: 1, type: 'attempt-fail', failure, next: 'retry' },
      { number: 6, attempt: 1, type: 'rewind' },
      {
        number: 7,
        attempt: 2,
        type: 'attempt-start',
        endpoint: 'a/b@c' as never,
        provider: 'c' as never,
        model: 'a/b' as never,
        isPractice: false,
      },
      { number: 8, attempt: 2, type: 'text-append', text: 'Again' },
    ])
    printer.end('held')
    assert.equal(drawn.out, 'An answer\nAgain\n')
    assert.match(drawn.error, /truncated: bad {2}words\n/)
    assert.equal(drawn.error.includes('\u001b'), false)
  })

  it('leaves the bytes as they are in a pipe', () => {
    const { printer, drawn } = rig(false)
    for (const [index, text] of clipboard.entries()) {
      printer.onParts([{ number: index + 1, attempt: 1, type: 'text-append', text }])
    }
    printer.end(printer.text())
    assert.equal(drawn.out, `${clipboard.join('')}\n`)
  })
})

function rig(isTty: boolean) {
  const drawn = { out: '', error: '' }
  const terminal = {
    out: (text: string) => {
      drawn.out += text
    },
    error: (text: string) => {
      drawn.error += text
    },
    isOutTty: isTty,
    isErrorTty: isTty,
    widthColumns: Number.POSITIVE_INFINITY,
  }
  return { printer: createAnswerPrinter(terminal, plainInk), drawn }
}
