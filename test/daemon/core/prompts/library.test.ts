import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listPrompts, missingInput, renderPrompt } from '../../../../daemon/core/prompts/library.ts'
import { promptNames } from '../../../../shared/domain/prompt.ts'

const code = { text: 'const a = 1\n', language: 'typescript', path: 'src/a.ts', startLine: 3 }

test('every prompt is listed once', () => {
  assert.deepEqual(
    listPrompts().map((prompt) => prompt.name),
    promptNames,
  )
})

test('the code is fenced so that it cannot close its own fence', () => {
  const text = 'a\n````\nb'
  const user = renderPrompt({ name: 'explain', code: { text } }).messages[1]?.content
  assert.ok(typeof user === 'string' && user.endsWith('`````\na\n````\nb\n`````'))
})

test('place, language and diagnostics reach the model', () => {
  const user = renderPrompt({ name: 'fix', code: { ...code, diagnostics: ['line 3: unused'] } }).messages[1]?.content
  assert.match(
    String(user),
    /File: src\/a\.ts, from line 3\nDiagnostics:\n- line 3: unused\n```typescript\nconst a = 1\n```$/,
  )
})

test('a prompt that yields a replacement asks for the code alone', () => {
  for (const { name, yields } of listPrompts()) {
    const system = String(renderPrompt({ name, text: 'x', code }).messages[0]?.content)
    assert.equal(system.includes('Answer with the replacement code only'), yields === 'replace', name)
  }
})

test('the output limit is four times the selection, from 1,024 to 8,192 tokens', () => {
  const limitOf = (length: number) =>
    renderPrompt({ name: 'refactor', code: { text: 'x'.repeat(length) } }).maxOutputTokens
  assert.equal(limitOf(10), 1_024)
  assert.equal(limitOf(4_000), 4_000)
  assert.equal(limitOf(100_000), 8_192)
})

test('what a prompt lacks is said in words', () => {
  assert.match(missingInput({ name: 'ask', text: ' ' }) ?? '', /your own words/)
  assert.match(missingInput({ name: 'explain' }) ?? '', /Select some code first/)
  assert.equal(missingInput({ name: 'ask', text: 'why?' }), undefined)
  assert.equal(missingInput({ name: 'explain', code }), undefined)
})
