/** From answers as models give them to the text that is written; identity and fence properties on random texts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type EditAnswer, type LineEnd, replacementOf, replacementSoFarOf } from '../../../shared/domain/editAnswer.ts'
import { fencedBlocksOf } from '../../../shared/domain/fences.ts'

const rows: readonly {
  readonly name: string
  readonly answer: string
  readonly original: string
  readonly lineEnd?: LineEnd
  /** The text, or the kind of what is not a replacement. */
  readonly expected: string | Exclude<EditAnswer['kind'], 'replacement'>
}[] = [
  { name: 'bare code is taken as it is', answer: 'let a = 2', original: 'let a = 1', expected: 'let a = 2' },
  { name: 'one fence is stripped', answer: '```ts\nlet a = 2\n```', original: 'let a = 1', expected: 'let a = 2' },
  { name: 'a fence of tildes', answer: '~~~\nlet a = 2\n~~~\n', original: 'let a = 1', expected: 'let a = 2' },
  {
    name: 'a longer fence around a shorter one',
    answer: '````\na\n```\nb\n````',
    original: 'x',
    expected: 'a\n```\nb',
  },
  {
    name: 'prose around exactly one fence',
    answer: 'Here it is:\n\n```ts\nb\n```\n\nDone.',
    original: 'a',
    expected: 'b',
  },
  {
    name: 'several fences cannot be told apart',
    answer: '```\na\n```\nor\n```\nb\n```',
    original: 'x',
    expected: 'unclear',
  },
  { name: 'an unclosed fence', answer: '```ts\nlet a = 2', original: 'let a = 1', expected: 'let a = 2' },
  { name: 'an empty fence', answer: '```ts\n```', original: 'let a = 1', expected: 'empty' },
  { name: 'nothing but white space', answer: ' \n\n', original: 'let a = 1', expected: 'empty' },
  { name: 'inline code is no fence', answer: '```a``` b', original: 'x', expected: '```a``` b' },
  {
    name: 'a Markdown target keeps its blocks',
    answer: 'Two\n```js\nb\n```\nend',
    original: 'One\n```js\na\n```\nend',
    expected: 'Two\n```js\nb\n```\nend',
  },
  {
    name: 'a Markdown target wrapped whole',
    answer: '```markdown\nTwo\n```js\nb\n```\nend\n```',
    original: 'One\n```js\na\n```\nend',
    expected: 'Two\n```js\nb\n```\nend',
  },
  { name: 'the final newline is kept', answer: '```\nb\n```', original: 'a\n', expected: 'b\n' },
  { name: 'no final newline is kept', answer: 'b\n\n', original: 'a', expected: 'b' },
  {
    name: 'the blank end of a selection up to the next indentation',
    answer: 'b\n',
    original: 'a\n\n  ',
    expected: 'b\n\n  ',
  },
  { name: 'blank lines before bare code', answer: '\n\nb', original: 'a', expected: 'b' },
  { name: 'CRLF of the document', answer: 'b\nc\n', original: 'a\r\n', lineEnd: '\r\n', expected: 'b\r\nc\r\n' },
  { name: 'CRLF of the answer', answer: 'b\r\nc', original: 'a', lineEnd: '\n', expected: 'b\nc' },
  { name: 'tabs stay tabs', answer: '\tif (a) {\n\t\tb\n\t}', original: '\tb', expected: '\tif (a) {\n\t\tb\n\t}' },
  {
    name: 'a dropped first indentation',
    answer: 'a {\n    b\n  }',
    original: '  a {\n    x\n  }',
    expected: '  a {\n    b\n  }',
  },
  {
    name: 'a block moved to the left',
    answer: 'a {\n  b\n\n}',
    original: '  a {\n    x\n\n  }',
    expected: '  a {\n    b\n\n  }',
  },
  { name: 'a dropped tab', answer: 'a()', original: '\t\tb()', expected: '\t\ta()' },
  { name: "another indentation is the answer's own", answer: '    a()', original: '  b()', expected: '    a()' },
  { name: 'a first line further right than the rest', answer: 'a\nb', original: '    x\ny', expected: '    a\nb' },
]

for (const row of rows) {
  test(`the replacement of an answer: ${row.name}`, () => {
    const result = replacementOf(row.answer, row.original, row.lineEnd ?? '\n')
    assert.equal(result.kind === 'replacement' ? result.text : result.kind, row.expected)
  })
}

const line = fc.array(fc.constantFrom('a', 'b', ' ', '\t', '  ', '{', '}', '😀', 'é', '//'), { maxLength: 8 })
const plainText = fc
  .array(line, { minLength: 1, maxLength: 12 })
  .map((lines) => lines.map((pieces) => pieces.join('')).join('\n'))
  .filter((text) => text.trim() !== '')
const lineEnds = fc.constantFrom<LineEnd>('\n', '\r\n')

test('an answer that repeats the target is the target, byte for byte, bare or fenced', () => {
  fc.assert(
    fc.property(plainText, lineEnds, (text, lineEnd) => {
      const original = text.replaceAll('\n', lineEnd)
      const expected: EditAnswer = { kind: 'replacement', text: original }
      assert.deepEqual(replacementOf(text, original, lineEnd), expected)
      assert.deepEqual(replacementOf(`\`\`\`ts\n${text}\n\`\`\``, original, lineEnd), expected)
      assert.deepEqual(replacementOf(`Like this:\n\`\`\`\n${original}\n\`\`\`\nDone.`, original, lineEnd), expected)
    }),
    { numRuns: 1000, verbose: 1 },
  )
})

test('while an answer comes, what is shown never holds a fence and ends as the code', () => {
  fc.assert(
    fc.property(plainText, fc.constantFrom('', 'Here:\n\n'), (text, prose) => {
      const answer = `${prose}\`\`\`ts\n${text}\n\`\`\`\n`
      for (let length = prose.length; length <= answer.length; length += 1) {
        const shown = replacementSoFarOf(answer.slice(0, length), 'original')
        assert.ok(!shown.includes('`'), `${length} units show ${JSON.stringify(shown)}`)
      }
      assert.equal(replacementSoFarOf(answer, 'original'), text)
    }),
    { numRuns: 300, verbose: 1 },
  )
})

test('fenced blocks say where they lie and whether they are closed', () => {
  const text = 'a\n```ts x\nb\n```  \nc\n~~~\nd\n```\n'
  assert.deepEqual(
    fencedBlocksOf(text).map((block) => [
      text.slice(block.startOffset, block.endOffset),
      block.infoString,
      block.content,
      block.isClosed,
    ]),
    [
      ['```ts x\nb\n```  ', 'ts x', 'b', true],
      ['~~~\nd\n```\n', '', 'd\n```\n', false],
    ],
  )
})
