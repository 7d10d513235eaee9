import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { exitCodes } from '../../../daemon/cli/exitCodes.ts'
import { generalHelp } from '../../../daemon/cli/generalHelp.ts'
import { verbs } from '../../../daemon/cli/verbs.ts'
import { requestIdSchema } from '../../../shared/domain/ids.ts'
import { catalogModels } from '../../../shared/protocol/catalog.ts'
import { explain } from '../../../shared/protocol/explain.ts'
import { createFakeSessions } from '../servers/fakeSession.ts'
import { aFailover, answeringSession } from './aSession.ts'
import { runWords } from './cliTesting.ts'

describe('command line', { timeout: 20_000 }, () => {
  const { openSession } = createFakeSessions(answeringSession)

  it('prints its version', async (t) => {
    assert.deepEqual(await runWords(t, ['--version']), { code: 0, out: 'waybill 0.0.1\n', error: '' })
  })

  for (const words of [[], ['help'], ['--help'], ['-h']]) {
    it(`lists the verbs for \`${words.join(' ')}\``, async (t) => {
      const result = await runWords(t, words)
      for (const { name } of verbs) assert.match(result.out, new RegExp(`^ {2}${name} `, 'm'))
      for (const line of result.out.split('\n')) assert.ok(line.length <= 80, line)
    })
  }

  for (const verb of verbs) {
    it(`has help for ${verb.name} that names each of its options and fits a terminal`, async (t) => {
      const result = await runWords(t, [verb.name, '--help'])
      assert.equal(result.out, `${verb.help}\n`)
      for (const option of Object.keys(verb.options)) assert.ok(verb.help.includes(`--${option}`), option)
      for (const line of verb.help.split('\n')) assert.ok(line.length <= 80, line)
    })
  }

  it('documents every exit code', () => {
    const help = generalHelp(verbs, '0.0.1')
    for (const code of Object.values(exitCodes)) assert.match(help, new RegExp(`\\b${code} `))
  })

  it('refuses an unknown verb', async (t) => {
    const result = await runWords(t, ['expalin'])
    assert.deepEqual(
      [result.code, result.error],
      [2, 'waybill: expected a verb, found `expalin`; `waybill help` lists them\n'],
    )
  })

  const jsonVerbs = [['status'], ['stats'], ['log'], ['log', 'request-1'], ['providers'], ['doctor'], ['start']]
  for (const words of jsonVerbs) {
    it(`writes exactly one JSON value for \`${words.join(' ')} --json\``, async (t) => {
      const result = await runWords(t, [...words, '--json'], { openSession })
      assert.equal(result.out.split('\n').length, 2)
      JSON.parse(result.out)
    })
  }

  it('shows the one waybill whose ID begins as given, and refuses what fits none or several', async (t) => {
    const ids = ['aaaaaaaa-1', 'aaaaaaaa-2', 'bbbbbbbb-1'].map((id) => requestIdSchema.parse(id))
    const sessions = createFakeSessions((session) => ({
      ...session,
      journal: async ({ requestId }) => ({
        waybills: ids
          .filter((id) => requestId === undefined || id === requestId)
          .map((id) => ({ ...aFailover, requestId: id })),
      }),
    }))
    const setting = { openSession: sessions.openSession }
    assert.match((await runWords(t, ['log', 'bbbbbbbb'], setting)).out, /request {2}bbbbbbbb-1/)
    assert.match((await runWords(t, ['log', 'aaaaaaaa'], setting)).error, /found 2 that begin so/)
    assert.equal((await runWords(t, ['log', 'cccccccc'], setting)).code, 1)
    assert.match((await runWords(t, ['log'], setting)).out, /aaaaaaaa-2\n/)
  })

  it('ends a dry run with exit code 1 when there is nobody to ask, and says why', async (t) => {
    const withCandidates = (candidates: readonly string[]) =>
      createFakeSessions((session) => ({
        ...answeringSession(session),
        explain: () =>
          explain.result.parse({
            answer: 'None of your providers runs on this machine.',
            plans: [
              { atMs: 1, recomputed: 'same', plan: { version: 1, candidates, rejected: [] }, scores: [], rejected: [] },
            ],
            attempts: [],
          }),
      }))
    const words = ['explain', '--dry-run', 'ask', '--text', 'Where?']
    const nobody = await runWords(t, words, { openSession: withCandidates([]).openSession })
    assert.equal(nobody.code, 1)
    assert.match(nobody.out, /^Why {2}None of your providers runs on this machine/)
    assert.doesNotMatch(nobody.out, /omputed again/)
    assert.equal((await runWords(t, [...words, '--json'], { openSession: withCandidates([]).openSession })).code, 1)
    assert.equal((await runWords(t, words, { openSession: withCandidates(['a/x@one']).openSession })).code, 0)
  })

  const wantedModels: readonly (readonly [readonly string[], RegExp])[] = [
    [['--provider', 'opnai'], /there is no provider `opnai`; did you mean openai\?/],
    [['--provider', 'nobody'], /there is no provider `nobody`; `waybill providers` lists them/],
    [['--provider', 'openai'], /the provider `openai` offers no model now/],
    [['zzz'], /no model of the configured providers has “zzz” in its id; `waybill models` lists them/],
    [['claude', 'sonet'], /has “claude sonet” in its id; did you mean anthropic\/claude-sonnet-5\?/],
  ]
  for (const [words, expected] of wantedModels) {
    it(`says what was meant by \`models ${words.join(' ')}\`, with exit code 1`, async (t) => {
      const models = ['anthropic/claude-opus-5.5', 'anthropic/claude-sonnet-5'].map((model) => ({
        model,
        providers: [],
      }))
      const sessions = createFakeSessions((session) => ({
        ...answeringSession(session),
        catalogModels: ({ filter = '', provider }) =>
          catalogModels.result.parse({ models: filter === '' && provider === undefined ? models : [] }),
      }))
      const result = await runWords(t, ['models', ...words], { openSession: sessions.openSession })
      assert.deepEqual([result.code, result.out], [1, ''])
      assert.match(result.error, expected)
    })
  }

  it('says that no daemon runs with exit code 3, and does not start one for status', async (t) => {
    const result = await runWords(t, ['status'])
    assert.deepEqual([result.code, result.out], [3, 'No daemon runs; the next prompt starts one.\n'])
  })

  it('finds nothing to stop without an error', async (t) => {
    assert.deepEqual(await runWords(t, ['stop']), { code: 0, out: 'No daemon runs.\n', error: '' })
  })

  it('hands over the values of the environment variables that the configuration names, and no others', async (t) => {
    const given: unknown[] = []
    const sessions = createFakeSessions((session) => ({
      ...answeringSession(session),
      setEnvironment: ({ environment }) => {
        given.push(environment)
        return { accepted: [] }
      },
    }))
    const environment = { OPENAI_API_KEY: 'canary', OTHER: 'x', WAYBILL_USER: 'ann' }
    await runWords(t, ['status'], { openSession: sessions.openSession, environment })
    assert.deepEqual(given, [{ OPENAI_API_KEY: 'canary' }])
    assert.deepEqual(sessions.opened[0]?.options.environment, {})
    assert.equal(sessions.opened[0]?.options.user, 'ann')
  })

  it('prints a refusal of the daemon with exit code 1', async (t) => {
    const result = await runWords(t, ['profiles'], { openSession })
    assert.deepEqual([result.code, result.error], [1, 'waybill profiles: expected a workspace, found none\n'])
  })

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['stats', '--range', 'year'], /expected --range to be one of today, yesterday, .*, all, found `year`/],
    [['stats', '--from', '2026-11-28', '--to', '2026-11-01'], /expected --from before --to, found 2026-11-28 00:00/],
    [['stats', '--by', 'mood'], /expected --by to be one of model, /],
    [['stats', '--chart', 'mood'], /expected --chart to be one of cost, /],
    [['stats', '--where', 'mood'], /expected --where to be like model=openai/],
    [['stats', '--where', 'mood=good'], /expected --where to be one of model, /],
    [['stats', '--from', 'noon'], /expected --from to be like 2026-11-20/],
    [['stats', '--range', '7d', '--to', '2026-11-20'], /expected --range or --from and --to, found both/],
    [['log', '-n', '0'], /expected -n to be a count from 1 to 500, found `0`/],
    [['log', 'short'], /expected the ID of a request/],
    [['profiles', 'use'], /expected a profile/],
    [['profiles', 'delete'], /expected list, show NAME, use NAME or reset, found `delete`/],
    [
      ['providers', 'add', 'x', '--kind', 'custom', '--dialect', 'morse'],
      /expected --dialect to be one of openai-chat/,
    ],
    [['providers', 'add', 'x', '--kind', 'bank', '--model', 'a/b'], /expected --kind to be one of openai/],
    [['providers', 'add', 'X!', '--kind', 'openai', '--model', 'a/b'], /expected a name for the provider/],
    [['providers', 'add', 'x', '--kind', 'openai', '--model', 'gpt'], /expected --model as AUTHOR\/SLUG/],
    [['providers', 'add', 'x', '--kind', 'openai', '--model', 'a/b', '--key-env', 'sk-123'], /never the key itself/],
  ]
  for (const [words, expected] of wrong) {
    it(`refuses \`${words.join(' ')}\``, async (t) => {
      const result = await runWords(t, words, { openSession })
      assert.equal(result.code, 2)
      assert.match(result.error, expected)
    })
  }
})
