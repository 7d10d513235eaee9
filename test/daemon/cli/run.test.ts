import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createFakeSessions } from '../servers/fakeSession.ts'
import { until } from '../servers/serving.ts'
import { aFailover, answeringSession } from './aSession.ts'
import { runWords } from './cliTesting.ts'

describe('waybill run', { timeout: 20_000 }, () => {
  const currentFolder = mkdtempSync(join(tmpdir(), 'waybill-run-'))
  writeFileSync(join(currentFolder, 'a.ts'), 'one\ntwo\nthree\nfour\n')
  after(() => rmSync(currentFolder, { recursive: true, force: true }))
  const { openSession } = createFakeSessions(answeringSession)

  it('writes one whole answer into a pipe though text was taken back, and no progress', async (t) => {
    const result = await runWords(t, ['run', 'explain', 'a.ts:1-2'], { openSession, currentFolder })
    assert.equal(result.out, 'The right answer\n')
    assert.equal(result.code, 0)
    assert.doesNotMatch(result.error, /^>/m)
    assert.match(result.error, /^Waybill {2}succeeded by practice\/outline@practice-steady \(practice\)/)
  })

  it('draws on a terminal as it comes and says when the text is taken back', async (t) => {
    const terminal = { isOutTty: true, isErrorTty: true }
    const result = await runWords(t, ['run', 'explain', 'a.ts'], { openSession, currentFolder, terminal })
    assert.equal(result.out, 'A wrong\nThe right answer\n')
    assert.match(result.error, /> attempt 1: practice\/outline@practice-faulty \(practice\)\n/)
    assert.match(result.error, /> the text above is taken back; the answer begins anew\n/)
  })

  it('says nothing on a terminal that is wider than it', async (t) => {
    const terminal = { isOutTty: true, isErrorTty: true, widthColumns: 80 }
    const result = await runWords(t, ['run', 'explain', 'a.ts'], { openSession, currentFolder, terminal })
    for (const line of result.error.split('\n')) assert.ok(line.length <= 80, line)
    assert.match(result.error, /> attempt 1 failed, next: fallback\. provider-error:/)
  })

  it('gives one JSON value with --json', async (t) => {
    const result = await runWords(t, ['run', 'explain', 'a.ts', '--json'], { openSession, currentFolder })
    const value = JSON.parse(result.out)
    assert.deepEqual([value.text, value.waybill.outcome, result.error], ['The right answer', 'succeeded', ''])
  })

  it('sends the lines, the name, the language, the words, the profile and the workspace', async (t) => {
    const asked: unknown[] = []
    const sessions = createFakeSessions((session) => ({
      ...answeringSession(session),
      chat: async ({ requestId, ...params }) => {
        asked.push(params)
        return { state: 'ended', waybill: { ...aFailover, requestId } }
      },
    }))
    const words = ['run', 'fix', 'a.ts:2-3', '-t', 'quickly', '-p', 'cheap']
    await runWords(t, words, { openSession: sessions.openSession, currentFolder })
    assert.deepEqual(asked, [
      {
        prompt: {
          name: 'fix',
          text: 'quickly',
          code: { text: 'two\nthree', path: 'a.ts', startLine: 2, language: 'typescript' },
        },
        workspace: { folder: currentFolder, document: join(currentFolder, 'a.ts') },
        profile: 'cheap',
        canRewind: true,
      },
    ])
  })

  it('takes the code from standard input when it is no terminal', async (t) => {
    const terminal = { isInputTty: false, readInput: async () => 'piped code' }
    const sessions = createFakeSessions()
    const running = runWords(t, ['run', 'explain'], { openSession: sessions.openSession, terminal })
    await until(() => sessions.opened[0]?.chats.length === 1)
    assert.equal(sessions.opened[0]?.chats[0]?.text, 'piped code')
    void sessions.opened[0]?.chats[0]?.sink([{ number: 1, attempt: 1, type: 'text-append', text: 'An answer' }])
    sessions.opened[0]?.chats[0]?.end()
    assert.equal((await running).code, 0)
  })

  it('cancels upstream on Ctrl+C, prints the waybill and ends with 130', async (t) => {
    const sessions = createFakeSessions()
    const controller = new AbortController()
    const setting = { openSession: sessions.openSession, currentFolder, signal: controller.signal }
    const running = runWords(t, ['run', 'explain', 'a.ts'], setting)
    await until(() => sessions.opened[0]?.chats.length === 1)
    controller.abort()
    const result = await running
    assert.equal(sessions.opened[0]?.chats[0]?.signal.aborted, true)
    assert.equal(result.code, 130)
    assert.match(result.error, /^Waybill {2}cancelled/)
  })

  it('ends with 1 and the failure when the request fails, writing no half answer', async (t) => {
    const sessions = createFakeSessions((session) => ({
      ...session,
      chat: async (_, sink) => {
        void sink([{ number: 1, attempt: 1, type: 'text-append', text: 'half' }])
        return { failure: { kind: 'truncated', message: 'the stream ended early' } }
      },
    }))
    const setting = { openSession: sessions.openSession, currentFolder }
    const result = await runWords(t, ['run', 'explain', 'a.ts'], setting)
    assert.deepEqual([result.code, result.out, result.error], [1, '', 'waybill: the stream ended early\n'])
  })

  it('ends with 3 when the daemon goes away in mid-request', async (t) => {
    const sessions = createFakeSessions((session) => ({
      ...session,
      // A result that no protocol knows stands for a daemon that dies: both end the conversation.
      chat: async () => ({ state: 'vanished' }) as never,
    }))
    const result = await runWords(t, ['run', 'explain', 'a.ts'], { openSession: sessions.openSession, currentFolder })
    assert.equal(result.code, 3)
  })

  it('ends with 3 and advice when there is no daemon', async (t) => {
    const result = await runWords(t, ['run', 'explain', 'a.ts', '--json'], { currentFolder })
    assert.equal(result.code, 3)
    assert.match(result.error, /cannot be started: a test\nRun `waybill doctor`/)
    assert.match(JSON.parse(result.out).error.message, /cannot be started/)
  })

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no prompt', [], /expected a prompt \(explain, .*\), found nothing/],
    ['an unknown prompt', ['explode', 'a.ts'], /found `explode`/],
    ['ask without a question', ['ask', 'a.ts'], /expected your question/],
    ['no code', ['explain'], /expected code for `explain`/],
    ['a missing file', ['explain', 'none.ts'], /expected a readable file `none.ts`, found none of that name/],
    ['a folder', ['explain', '.'], /found a folder/],
    ['lines beyond the end', ['explain', 'a.ts:9-10'], /expected lines of `a.ts`, which has 4, found 9-10/],
    ['lines backwards', ['explain', 'a.ts:3-2'], /found `3-2`/],
    ['a profile that is no name', ['explain', 'a.ts', '-p', 'No Way'], /found `No Way`/],
    ['an unknown option', ['explain', 'a.ts', '--fast'], /Unknown option '--fast'\n/],
    [
      'a mistyped option',
      ['explain', 'a.ts', '--profle', 'x'],
      /Unknown option '--profle'; did you mean `--profile`\?\n/,
    ],
    ['a third word', ['explain', 'a.ts', 'b.ts'], /found also `b.ts`/],
  ]
  for (const [name, words, expected] of wrong) {
    it(`refuses ${name} with exit code 2 and says where help is`, async (t) => {
      const result = await runWords(t, ['run', ...words], { openSession, currentFolder })
      assert.equal(result.code, 2)
      assert.match(result.error, expected)
      assert.match(result.error, /See `waybill help run`\.\n$/)
    })
  }

  it('refuses bytes that are no text', async (t) => {
    writeFileSync(join(currentFolder, 'binary'), Buffer.from([0, 1, 2]))
    writeFileSync(join(currentFolder, 'latin1'), Buffer.from([0xe4, 0x20]))
    for (const file of ['binary', 'latin1']) {
      const result = await runWords(t, ['run', 'explain', file], { openSession, currentFolder })
      assert.match(result.error, /expected text in UTF-8/)
    }
  })
})
