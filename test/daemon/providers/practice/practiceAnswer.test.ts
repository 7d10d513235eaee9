import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renderPrompt } from '../../../../daemon/core/prompts/library.ts'
import { languageFamilyOf } from '../../../../daemon/providers/practice/languages.ts'
import { practiceAnswerOf } from '../../../../daemon/providers/practice/practiceAnswer.ts'
import type { promptNames } from '../../../../shared/domain/prompt.ts'

const code = ["import { a } from 'b'", '', 'export function load(path: string) {', '  return a(path)', '}'].join('\n')

function ask(name: (typeof promptNames)[number], text: string, language = 'typescript'): string {
  const use = { name, text: 'Please.', code: { text, language, path: 'src/load.ts', startLine: 41 } }
  const { messages } = renderPrompt(use)
  return practiceAnswerOf(messages.map(({ role, content }) => ({ role, text: String(content) })))
}

test('the answer outlines the code that the prompt library sent, with the line numbers of its file', () => {
  assert.equal(
    ask('explain', code),
    [
      'Practice answer (no model was asked): this outline was read from the code itself, by rules.',
      '**5 lines** (typescript; lines 41 to 45): 1 blank, 0 only comment. Deepest nesting: 1 block, at line 41.',
      'Declares 1 name:\n\n- function `load`: line 43, 3 lines',
      'Imports: `b`.',
    ].join('\n\n'),
  )
})

const comment = 'practice: no model was asked; this is your selection unchanged'

const replacements = [
  { language: 'typescript', text: code, answer: `// ${comment}\n${code}` },
  { language: 'python', text: '    x = 1\n    y = 2', answer: `    # ${comment}\n    x = 1\n    y = 2` },
  { language: 'html', text: '<p>\r\n</p>', answer: `<!-- ${comment} -->\r\n<p>\r\n</p>` },
  { language: 'css', text: 'a {}', answer: `/* ${comment} */\na {}` },
  { language: 'sql', text: '\tselect 1', answer: `\t-- ${comment}\n\tselect 1` },
  { language: 'markdown', text: 'a\n```js\nb\n```', answer: `<!-- ${comment} -->\na\n\`\`\`js\nb\n\`\`\`` },
]

for (const row of replacements) {
  test(`where a replacement is asked for, ${row.language} comes back unchanged under one comment line`, () => {
    for (const name of ['fix', 'refactor', 'document'] as const)
      assert.equal(ask(name, row.text, row.language), row.answer)
  })
}

test('a replacement is the selection whatever it holds', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom('```', '````ts', '~~~', '  ```', 'File: x, from line 3'))
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n')
      const answer = ask('fix', text)
      const expected = text.endsWith('\n') ? text.slice(0, -1) : text
      assert.equal(answer.slice(answer.indexOf('\n') + 1), expected)
    }),
  )
})

test('without code it says so, and a replacement of nothing is nothing', () => {
  const user = { role: 'user', text: 'What is a waybill?' }
  assert.match(
    practiceAnswerOf([user]),
    /^Practice answer \(no model was asked\): your message has 4 words and no code/,
  )
  assert.equal(practiceAnswerOf([{ role: 'system', text: 'Answer with the replacement code only: x' }, user]), '')
  assert.match(practiceAnswerOf([]), /0 words/)
})

test('of very long code the beginning is outlined, and the answer says so', () => {
  const answer = ask('explain', 'let x = 1\n'.repeat(200_000))
  assert.match(answer, /only these lines were looked at/)
})

test('every language has a comment of one line, and an unknown one too', () => {
  for (const id of ['typescript', 'ruby', 'lua', 'xml', 'clojure', 'latex', 'klingon']) {
    const [open, close] = languageFamilyOf(id).comment
    assert.ok(open.length > 1 && !(open + close).includes('\n'))
  }
})
