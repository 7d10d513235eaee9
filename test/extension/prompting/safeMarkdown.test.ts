/** No Markdown of a model makes the preview fetch anything; code stays as it was written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endedMarkdownOf, markdownSoFarOf } from '../../../extension/prompting/answerMarkdown.ts'
import { nothingSeen } from '../../../extension/prompting/requestView.ts'
import { safeMarkdownOf } from '../../../extension/prompting/safeMarkdown.ts'

const image = '![x](https://a.example/x.png)'
const safeImage = `\\${image}`
const tag = '<img src="https://a.example/x.png">'
const safeTag = `&lt;${tag.slice(1)}`

const rows: readonly (readonly [string, string, string])[] = [
  ['an image', `a ${image} b`, `a ${safeImage} b`],
  ['an image by reference', '![x][r]\n\n[r]: https://a.example', '\\![x][r]\n\n[r]: https://a.example'],
  ['an image as a link', `[${image}](u)`, `[${safeImage}](u)`],
  ['a tag', tag, safeTag],
  ['a closing tag, a comment and an instruction', '</p><!-- a --><?b?>', '&lt;/p>&lt;!-- a -->&lt;?b?>'],
  ['an autolink', '<https://a.example>', '&lt;https://a.example>'],
  ['a comparison', 'a < b, a <= b, 1<2', 'a < b, a <= b, 1<2'],
  ['what is escaped already', '\\![x](u) \\<img>', '\\![x](u) \\<img>'],
  ['an escape that is escaped', '\\\\![x](u)', '\\\\\\![x](u)'],
  ['a link, a list and emphasis', '- **a** [b](https://c.example/d)\n', '- **a** [b](https://c.example/d)\n'],
  ['inline code', 'use `Array<string>` and ``![x](`u)``', 'use `Array<string>` and ``![x](`u)``'],
  ['inline code behind a plain link', '[a](https://b.example) `Map<a, b>`', '[a](https://b.example) `Map<a, b>`'],
  ['a backtick without a partner', `a \` ${image}`, `a \` ${safeImage}`],
  ['backticks whose partners stand in other lines', `a \`\nb \` ${tag} \``, `a \`\nb \` ${safeTag} \``],
  ['code that a later backtick puts in doubt', '`<b>`\n`', '`&lt;b>`\n`'],
  ['code of the paragraph before one in doubt', '`<b>`\n\n`', '`<b>`\n\n`'],
  ['a backtick in the target of a link', `[a](\`) ${tag} \``, `[a](\`) ${safeTag} \``],
  ['a backtick in a formula', `$\`$ ${tag} \``, `$\`$ ${safeTag} \``],
  ['cells of a table', `| \` ${tag} | \` |`, `| \` ${safeTag} | \` |`],
  [
    'a fenced block',
    `\`\`\`html\n${tag}\n${image}\n\`\`\`\n${tag}`,
    `\`\`\`html\n${tag}\n${image}\n\`\`\`\n${safeTag}`,
  ],
  ['a fenced block that is still coming', `~~~\n${tag}`, `~~~\n${tag}`],
  ['a fenced block of a list', `1. a\n   \`\`\`\n   ${tag}\n   \`\`\`\n`, `1. a\n   \`\`\`\n   ${tag}\n   \`\`\`\n`],
  ['a fence that its list ends', `1. a\n   \`\`\`\n${tag}\n   \`\`\``, `1. a\n   \`\`\`\n${safeTag}\n   \`\`\``],
  ['a fence behind the mark of a list', `- \`\`\`\n  \`\`\`\n  ${tag}`, `- \`\`\`\n  \`\`\`\n  ${safeTag}`],
  ['a fence after one of an inner list', `- a\n\n     ~~~\n\n~~~\n${tag}`, `- a\n\n     ~~~\n\n~~~\n${tag}`],
  ['a fence that is the head of a table', `~~~${tag}|a\n|-|-|\n${tag}`, `~~~${safeTag}|a\n|-|-|\n${safeTag}`],
  ['a formula that hides a fence', `$$\n~~~\n$$\n`, '\\$\\$\n~~~\n$$\n'],
  ['an environment that hides a fence', '\\begin{a}', '\\\\begin{a}'],
]
for (const [name, text, expected] of rows) {
  test(`safe Markdown: ${name}`, () => {
    assert.equal(safeMarkdownOf(text), expected)
  })
}

test('an answer is safe while it comes and when it has ended', () => {
  const view = { ...nothingSeen, drawn: { ...nothingSeen.drawn, text: `${tag}\r\n${image}` } }
  assert.equal(markdownSoFarOf('Ask', view), `## Ask\n\n${safeTag}\n${safeImage}\n`)
  const ended = endedMarkdownOf('Ask', `${tag}\r\n${image}`, { kind: 'cancelled', waybill: undefined })
  assert.ok(ended.startsWith(`## Ask\n\n${safeTag}\n${safeImage}\n`))
})
