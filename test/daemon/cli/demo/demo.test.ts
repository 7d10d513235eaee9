import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { realDestination } from '../../../../daemon/cli/demo/destination.ts'
import { createFakeSessions } from '../../servers/fakeSession.ts'
import { answeringSession, someStatus } from '../aSession.ts'
import { type CliSetting, runWords } from '../cliTesting.ts'

const keyed = { OPENAI_API_KEY: 'canary-key' }

describe('waybill demo', { timeout: 20_000 }, () => {
  const currentFolder = mkdtempSync(join(tmpdir(), 'waybill-demo-'))
  writeFileSync(join(currentFolder, 'a.ts'), 'one\ntwo\nthree\n')
  writeFileSync(join(currentFolder, 'README.md'), 'words\n')
  after(() => rmSync(currentFolder, { recursive: true, force: true }))

  it('says first where the text goes and what it can cost, and practises outside a terminal', async (t) => {
    const { result, asked, added } = await runDemo(t, ['a.ts:1-2'], { environment: keyed })
    const practice =
      'a.ts:1-2 goes to a practice provider on this machine, which pretends; nothing leaves it. It costs nothing.'
    assert.equal(result.out.split('\n')[0], practice)
    assert.deepEqual([asked[0]?.profile, added], ['practice-failover', []])
    assert.match(result.out, /The right answer\n/)
    assert.match(result.out, /Waybill {2}succeeded/)
    assert.match(result.out, /Today\nENDPOINT|Today\nMODEL/)
  })

  it('uses a key after a y, adds the provider by the name of the variable, and hands the key over', async (t) => {
    const questions: string[] = []
    const terminal = {
      isOutTty: true,
      isErrorTty: true,
      ask: async (question: string) => {
        questions.push(question)
        return 'y'
      },
    }
    const { asked, added, given, result } = await runDemo(t, ['a.ts'], { environment: keyed, terminal })
    assert.match(result.out, /^a.ts goes to openai\/gpt-5-mini at api.openai.com, with the key in OPENAI_API_KEY\. /)
    assert.match(result.out, /It can cost at most \$0\.0070, a second attempt included\./)
    assert.match(questions[0] ?? '', /The provider `openai` is then added to \/home\/ann\/config.json/)
    assert.deepEqual(
      added.map(({ id, keyEnvironmentName }) => [id, keyEnvironmentName]),
      [['openai', 'OPENAI_API_KEY']],
    )
    assert.deepEqual(given.at(-1), keyed)
    assert.deepEqual(asked[0]?.models, ['openai/gpt-5-mini'])
  })

  for (const answer of ['', 'n', 'yes please']) {
    it(`practises after the answer \`${answer}\` and adds nothing`, async (t) => {
      const terminal = { isOutTty: true, isErrorTty: true, ask: async () => answer }
      const { asked, added } = await runDemo(t, ['a.ts'], { environment: keyed, terminal })
      assert.deepEqual([asked[0]?.profile, added], ['practice-failover', []])
    })
  }

  it('ends with 130 and sends nothing when the person leaves at the question', async (t) => {
    const sessions = createFakeSessions((session) => ({
      ...answeringSession(session),
      status: () => ({ ...someStatus, providers: [] }),
      chat: async () => assert.fail('sent'),
    }))
    const terminal = { isOutTty: true, isErrorTty: true, ask: async () => undefined }
    const setting = { openSession: sessions.openSession, currentFolder, environment: keyed, terminal }
    assert.equal((await runWords(t, ['demo', 'explain', 'a.ts'], setting)).code, 130)
  })

  it('asks nothing with --yes, and nothing real is used with --practice', async (t) => {
    const ask = async () => assert.fail('asked')
    const real = await runDemo(t, ['a.ts', '--yes'], { environment: keyed, terminal: { ask } })
    assert.equal(real.added.length, 1)
    const terminal = { isOutTty: true, isErrorTty: true, ask }
    const practice = await runDemo(t, ['a.ts', '--practice'], { environment: keyed, terminal })
    assert.equal(practice.added.length, 0)
  })

  it('takes a file of the folder when none is named', async (t) => {
    const { result } = await runDemo(t, [], {})
    assert.match(result.out, /^README\.md:1-70 goes to /)
  })

  it('prefers what the user configured, then a key, then a local server', () => {
    const ready = { ...someStatus.providers[0], state: 'ready' } as (typeof someStatus.providers)[number]
    const localServer = { kind: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1', model: 'qwen:7b' } as const
    const all = { providers: [ready], environment: keyed, localServer, textBytes: 10 }
    assert.match(realDestination(all)?.where ?? '', /openai \(api.openai.com\), which you configured/)
    assert.equal(
      realDestination(all)?.cost,
      'It costs what they bill: at most 2,010 tokens in and 1,500 out for each attempt.',
    )
    assert.equal(realDestination({ ...all, providers: [] })?.add?.kind, 'openai')
    const local = realDestination({ ...all, providers: [], environment: {} })
    assert.deepEqual(
      [local?.add?.kind, local?.add?.models?.[0]?.model, local?.cost],
      ['ollama', 'local/qwen:7b', 'It costs nothing.'],
    )
    assert.equal(realDestination({ providers: [], environment: {}, textBytes: 10 }), undefined)
  })

  async function runDemo(t: Parameters<typeof runWords>[0], words: readonly string[], setting: CliSetting) {
    const asked: { readonly profile?: string; readonly models?: readonly string[] }[] = []
    const added: { readonly id: string; readonly keyEnvironmentName?: string }[] = []
    const given: unknown[] = []
    const { openSession } = createFakeSessions((session) => ({
      ...answeringSession(session),
      status: () => ({ ...someStatus, providers: [] }),
      chat: async (params, sink, signal) => {
        asked.push(params)
        return answeringSession(session).chat(params, sink, signal)
      },
      addProvider: (params) => {
        added.push(params)
        return { provider: { ...someStatus.providers[0] } as (typeof someStatus.providers)[number] }
      },
      setEnvironment: ({ environment }) => {
        given.push(environment)
        return { accepted: [] }
      },
      environmentNames: () => [],
    }))
    const file = words.find((word) => !word.startsWith('-'))
    const options = words.filter((word) => word.startsWith('-'))
    const all = ['demo', ...(file === undefined ? [] : ['explain', file]), ...options]
    const result = await runWords(t, all, { currentFolder, ...setting, openSession })
    assert.deepEqual([result.code, result.error], [0, ''])
    return { result, asked, added, given }
  }
})
