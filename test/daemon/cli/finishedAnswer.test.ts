import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it, type TestContext } from 'node:test'
import type { Terminal } from '../../../daemon/cli/terminal.ts'
import type { FinishReason, Waybill } from '../../../shared/domain/waybill.ts'
import { createFakeSessions } from '../servers/fakeSession.ts'
import { aFailover, answeringSession } from './aSession.ts'
import { type CliResult, runWords } from './cliTesting.ts'

type Row = {
  readonly name: string
  readonly prompt: 'explain' | 'document'
  readonly text: string
  readonly finishReason?: FinishReason
  readonly out: string
  /** In the words on standard error; none for an answer that is whole. */
  readonly problem?: RegExp
}

type More = { readonly options?: readonly string[]; readonly file?: string; readonly terminal?: Partial<Terminal> }

const rows: readonly Row[] = [
  { name: 'a whole text', prompt: 'explain', text: 'Words', out: 'Words\n' },
  { name: 'a fence in a text', prompt: 'explain', text: '```ts\nx\n```', out: '```ts\nx\n```\n' },
  {
    name: 'a cut text',
    prompt: 'explain',
    text: 'Wor',
    finishReason: 'length',
    out: 'Wor\n',
    problem: /limit of output/,
  },
  {
    name: 'a filtered text',
    prompt: 'explain',
    text: 'Wor',
    finishReason: 'content-filter',
    out: 'Wor\n',
    problem: /content filter/,
  },
  { name: 'an empty text', prompt: 'explain', text: '', out: '', problem: /found an empty one/ },
  {
    name: 'an empty text by its limit',
    prompt: 'explain',
    text: '',
    finishReason: 'length',
    out: '',
    problem: /limit/,
  },
  { name: 'code', prompt: 'document', text: '// a\none\n', out: '// a\none\n' },
  { name: 'code in a fence', prompt: 'document', text: '```ts\n// a\none\n```', out: '// a\none\n' },
  { name: 'code in a fence among words', prompt: 'document', text: 'Here:\n```\none\n```\nDone.', out: 'one\n' },
  {
    name: 'cut code',
    prompt: 'document',
    text: '// a\non',
    finishReason: 'length',
    out: '',
    problem: /limit of output tokens\. Give it less code\. Nothing was written\./,
  },
  { name: 'filtered code', prompt: 'document', text: 'on', finishReason: 'content-filter', out: '', problem: /filter/ },
  { name: 'no code', prompt: 'document', text: ' \n', out: '', problem: /Nothing was written/ },
  { name: 'an empty fence', prompt: 'document', text: '```\n```', out: '', problem: /found an answer without any/ },
  { name: 'two blocks', prompt: 'document', text: '```\na\n```\nor\n```\nb\n```', out: '', problem: /found several/ },
]

describe('an answer that is over', { timeout: 20_000 }, () => {
  const currentFolder = mkdtempSync(join(tmpdir(), 'waybill-finished-'))
  writeFileSync(join(currentFolder, 'a.ts'), 'one\n')
  writeFileSync(join(currentFolder, 'crlf.ts'), 'one\r\ntwo\r\n')
  after(() => rmSync(currentFolder, { recursive: true, force: true }))

  for (const row of rows) {
    const { name, out, problem } = row
    it(`goes into a pipe as ${JSON.stringify(out)} with exit code ${problem === undefined ? 0 : 1}: ${name}`, async (t) => {
      const result = await runRow(t, row)
      assert.equal(result.out, out)
      assert.equal(result.code, problem === undefined ? 0 : 1)
      const said = result.error.split('\n').filter((line) => line.startsWith('waybill: '))
      assert.equal(said.length, problem === undefined ? 0 : 1)
      if (problem !== undefined) assert.match(said[0] ?? '', problem)
      // The waybill of what was paid stands below in any case.
      assert.match(result.error, /^Waybill {2}succeeded/m)
    })

    it(`gives an error in JSON only if it is not whole, and never half of a replacement: ${name}`, async (t) => {
      const result = await runRow(t, row, { options: ['--json'] })
      const { text, error, waybill } = JSON.parse(result.out)
      assert.equal(text === undefined ? '' : `${text}\n`.replace(/\n\n$/, '\n'), out)
      assert.equal(result.code, problem === undefined ? 0 : 1)
      if (problem === undefined) assert.equal(error, undefined)
      else assert.match(error.message, problem)
      assert.equal(waybill.outcome, 'succeeded')
    })
  }

  it('is drawn on a terminal as it came, and the reason ends it with 1', async (t) => {
    const row: Row = { name: '', prompt: 'document', text: '```\non', finishReason: 'length', out: '' }
    const result = await runRow(t, row, { terminal: { isOutTty: true, isErrorTty: true } })
    assert.deepEqual([result.out, result.code], ['```\non\n', 1])
    assert.match(result.error, /^waybill: expected a whole answer; the model stopped at its limit/m)
  })

  it('keeps the line ends of the code that it replaces', async (t) => {
    const row: Row = { name: '', prompt: 'document', text: '```\nuno\ndos\n```', out: '' }
    assert.equal((await runRow(t, row, { file: 'crlf.ts' })).out, 'uno\r\ndos\r\n')
  })

  async function runRow(t: TestContext, row: Row, more: More = {}): Promise<CliResult> {
    const { prompt, text, finishReason = 'stop' } = row
    const { options = [], file = 'a.ts', terminal = {} } = more
    const { openSession } = createFakeSessions((session) => ({
      ...answeringSession(session),
      prompts: () => ({
        prompts: [
          { name: 'explain', title: '', description: '', yields: 'answer', needsText: false },
          { name: 'document', title: '', description: '', yields: 'replace', needsText: false },
        ],
      }),
      chat: async ({ requestId }, sink) => {
        void sink([{ number: 1, attempt: 1, type: 'text-append', text }])
        return { state: 'ended', waybill: { ...endedBy(finishReason), requestId } }
      },
    }))
    return runWords(t, ['run', prompt, file, ...options], { openSession, currentFolder, terminal })
  }
})

function endedBy(finishReason: FinishReason): Waybill {
  const attempts = aFailover.attempts.map((attempt) => ({ ...attempt, finishReason }))
  return { ...aFailover, attempts }
}
