// What was learnt about endpoints and keys outlives the daemon, however it ended; and what was repaired meanwhile counts.
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Waybill } from '../../shared/domain/waybill.ts'
import { answerWith, type LoopbackProvider, type ProviderCall, startProvider } from '../support/loopbackProvider.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { connectClient, type RpcClient, resultOf } from '../support/rpcClient.ts'
import { type Daemon, killHard, startDaemon, waybill } from '../support/waybillProgram.ts'

type End = (home: OwnHome, daemon: Daemon) => Promise<unknown>
const cleanStop: End = (home) => waybill(home, ['stop'])
const ways: Readonly<Record<string, End>> = { 'a clean stop': cleanStop, 'kill -9': (_, daemon) => killHard(daemon) }

/** As the code under test has it. */
const openMs = 10_000
const unlearnedMs = 15_000
const learnedMs = 3_000

/** All at a time: most of their time they wait. */
describe('restart', { concurrency: 5 }, () => {
  for (const [way, end] of Object.entries(ways)) {
    test(`after ${way} no call is wasted on an open endpoint, a cooling or refused key, or a limit to be learnt`, async (t) => {
      const { home, providers, plays, brokenAtMs, environment } = await rig(t)
      const { refused, unpaid, forbidden, limited, broken, well, quick } = providers
      const first = await startDaemon(home, { environment })
      const before = await connectClient(first.socketPath)
      const slowestMs = await learn(before)
      for (let number = 0; number < 3; number += 1) await ask(before, 'work')
      const counts = () => [refused, unpaid, forbidden, limited].map(({ calls }) => calls.length)
      const countsBefore = [...counts(), ...[broken, well, quick].map(({ calls }) => calls.length)]
      assert.deepEqual(countsBefore, [1, 1, 1, 1, 3, 3, 20])
      const [, , openedAtMs = 0] = brokenAtMs
      await end(home, first)

      const second = await startDaemon(home, { environment })
      const client = await connectClient(second.socketPath)
      const direct: Waybill[] = []
      for (let number = 0; number < 5; number += 1) direct.push(await ask(client, 'work'))
      assert.deepEqual(counts(), [1, 1, 1, 1])
      // On a very slow machine its probe may be due by now.
      if (performance.now() < openedAtMs + openMs)
        assert.deepEqual(direct.map(firstsOf), Array(5).fill('well succeeded'))

      plays.quick = 'hang'
      plays.broken = 'hang'
      const called = brokenAtMs.length
      const [hungMs] = await Promise.all([
        ask(client, 'quick').then((hung) => limitOf(hung, slowestMs)),
        // Whoever is its probe gets no answer while this daemon lives.
        askUntil(client, () => brokenAtMs.length > called),
      ])
      const probedAfterMs = (brokenAtMs[3] ?? 0) - openedAtMs
      assert.ok(probedAfterMs >= openMs, `asked again after ${probedAfterMs} ms`)
      t.diagnostic(`learnt limit ${Math.round(hungMs)} ms, probe after ${Math.round(probedAfterMs)} ms`)
      await end(home, second)
      plays.broken = 'answer'
      const last = await connectClient((await startDaemon(home, { environment })).socketPath)
      // Its probe ended with its daemon and said nothing: the next request is the next probe.
      assert.equal(firstsOf(await ask(last, 'work')), 'broken succeeded')
      assert.equal(firstsOf(await ask(last, 'work')), 'broken succeeded')
      assert.deepEqual(counts(), [1, 1, 1, 1])
      await last.close()
      await client.close()
    })

    test(`over ${way} a key that was told to wait is not used before, and used then`, async (t) => {
      const waitMs = 2_500
      let limitedAtMs = 0
      let usedAtMs = 0
      const limited = await startProvider(t, (call) => {
        if (limitedAtMs > 0) {
          usedAtMs = performance.now()
          return answerWith(call, ['at last'])
        }
        limitedAtMs = performance.now()
        refuse(call, 429, { 'retry-after-ms': String(waitMs) })
      })
      const home = ownHome(t, configFor({ limited: [limited, 'LIMITED_KEY'] }))
      const options = { environment: { LIMITED_KEY: 'sk-limited' } }
      const first = await startDaemon(home, options)
      const before = await connectClient(first.socketPath)
      const { error } = await before.chat({ ...chatFor('work'), patienceMs: 0 }).answer
      assert.deepEqual([error?.data?.failure.kind, error?.data?.failure.retryAfterMs], ['rate-limited', waitMs])
      await end(home, first)
      const client = await connectClient((await startDaemon(home, options)).socketPath)
      assert.equal(firstsOf(await ask(client, 'work')), 'limited succeeded')
      assert.ok(usedAtMs - limitedAtMs >= waitMs, `used after ${usedAtMs - limitedAtMs} ms`)
      assert.equal(limited.calls.length, 2)
      await client.close()
    })
  }

  test('a refused key that was repaired before or after the restart is used at once; one that was not stays out', async (t) => {
    const { refused, well } = await refusing(t)
    const variableOf = (name: string) => `${name.toUpperCase()}_KEY`
    const config = (variables: Readonly<Record<string, string>> = {}) => {
      const places = repairs.map(({ name }) => [name, [refused, variables[name] ?? variableOf(name)]] as const)
      return configFor({ ...Object.fromEntries(places), well: [well, undefined] })
    }
    const home = ownHome(t, config())
    const bad = Object.fromEntries(repairs.map(({ name }) => [variableOf(name), `sk-bad-${name}`]))
    const first = await startDaemon(home, { environment: bad })
    const { attempts } = await ask(await connectClient(first.socketPath), 'work')
    assert.deepEqual(
      attempts.map((attempt) => attempt.provider),
      [...repairs.map(({ name }) => name), 'well'],
    )
    await killHard(first)
    home.writeConfig(config({ renamed: 'SPARE_KEY' }))
    const { UNKNOWN_KEY: _, ...known } = bad
    const environment = { ...known, SPARE_KEY: 'sk-good', RESTARTED_KEY: 'sk-good' }
    const given = { UNKNOWN_KEY: 'sk-good', STALE_KEY: 'sk-good' }
    const client = await connectClient((await startDaemon(home, { environment })).socketPath, { environment: given })
    for (const { name, isRepaired } of repairs) {
      const { attempts } = await ask(client, name)
      assert.deepEqual(
        attempts.map((attempt) => attempt.provider),
        [isRepaired ? name : 'well'],
      )
    }
    await client.close()
  })
})

/** Of one provider each. */
const repairs = [
  { name: 'unrepaired', isRepaired: false },
  /** In the next daemon's own environment. */
  { name: 'restarted', isRepaired: true },
  /** By a client of the next daemon, which has no value of its own. */
  { name: 'unknown', isRepaired: true },
  /** By a client of the next daemon, whose own is still the refused one. */
  { name: 'stale', isRepaired: true },
  /** In the configuration, by another variable. */
  { name: 'renamed', isRepaired: true },
] as const

type Rig = {
  readonly home: OwnHome
  readonly providers: Readonly<Record<Name, LoopbackProvider>>
  readonly plays: { broken: 'fail' | 'hang' | 'answer'; quick: 'answer' | 'hang' }
  /** When it was called. */
  readonly brokenAtMs: readonly number[]
  readonly environment: Readonly<Record<string, string>>
}

type Name = 'refused' | 'unpaid' | 'forbidden' | 'limited' | 'broken' | 'well' | 'quick'

async function rig(t: TestContext): Promise<Rig> {
  const plays: Rig['plays'] = { broken: 'fail', quick: 'answer' }
  const brokenAtMs: number[] = []
  const { refused, well } = await refusing(t)
  const providers = {
    refused,
    unpaid: await startProvider(t, (call) => refuse(call, 402)),
    forbidden: await startProvider(t, (call) => refuse(call, 403)),
    limited: await startProvider(t, (call) => refuse(call, 429, { 'retry-after': '3600' })),
    broken: await startProvider(t, (call) => {
      brokenAtMs.push(performance.now())
      if (plays.broken === 'answer') answerWith(call, ['back'])
      else if (plays.broken === 'fail') refuse(call, 500)
    }),
    well,
    quick: await startProvider(t, (call) => {
      if (plays.quick === 'answer') answerWith(call, ['quick'])
    }),
  }
  const variables = { refused: 'REFUSED_KEY', unpaid: 'UNPAID_KEY', forbidden: 'FORBIDDEN_KEY', limited: 'LIMITED_KEY' }
  const variableOf = (name: string) => Object.entries(variables).find(([one]) => one === name)?.[1]
  const places = Object.entries(providers).map(([name, provider]) => [name, [provider, variableOf(name)]] as const)
  const home = ownHome(t, configFor(Object.fromEntries(places)))
  const environment = Object.fromEntries(Object.values(variables).map((name) => [name, `sk-${name}`]))
  return { home, providers, plays, brokenAtMs, environment }
}

/** One that takes `sk-good` alone, and one that is well. */
async function refusing(t: TestContext): Promise<Readonly<Record<'refused' | 'well', LoopbackProvider>>> {
  const refused = await startProvider(t, (call) => {
    if (call.request.headers.authorization === 'Bearer sk-good') answerWith(call, ['accepted'])
    else refuse(call, 401)
  })
  return { refused, well: await startProvider(t, (call) => answerWith(call, ['well'])) }
}

function refuse({ response }: ProviderCall, httpStatus: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(httpStatus, { 'content-type': 'application/json', ...headers })
  response.end('{"error":{"message":"no"}}')
}

/** `work` asks all but `quick` in their order; the profile of a provider's own name asks it, then `well`. */
function configFor(places: Readonly<Record<string, readonly [LoopbackProvider, string | undefined]>>): object {
  const providers = Object.entries(places).map(([name, [{ baseUrl }, variable]]) => [
    name,
    {
      kind: 'custom',
      baseUrl,
      // The loopback counts as local and would be given the patience of a model that loads.
      isLocal: false,
      ...(variable !== undefined && { key: `\${env:${variable}}` }),
      // Nobody's probe ends because the machine is slow.
      ...(name !== 'quick' && { timeouts: { firstTokenMs: 60_000 } }),
      models: [{ model: `test/${name}`, price: { input: '1', output: '2' } }],
    },
  ])
  const models = Object.keys(places).filter((name) => name !== 'quick')
  return {
    schema: 1,
    providers: Object.fromEntries(providers),
    profiles: {
      work: { models: models.map((name) => `test/${name}`) },
      ...Object.fromEntries(Object.keys(places).map((name) => [name, { models: [`test/${name}`, 'test/well'] }])),
    },
    defaultProfile: 'work',
  }
}

function chatFor(profile: string): object {
  return { messages: [{ role: 'user', content: 'why?' }], profile, canRewind: true }
}

async function ask(client: RpcClient, profile: string): Promise<Waybill> {
  const result = await resultOf(client.chat(chatFor(profile)))
  assert.ok(result.state === 'ended')
  return result.waybill
}

/** Who was asked first and how that ended. */
function firstsOf({ attempts }: Waybill): string {
  return `${attempts[0]?.provider} ${attempts[0]?.outcome}`
}

/** Answers enough of them to learn from; gives the longest time to the first token. */
async function learn(client: RpcClient): Promise<number> {
  let slowestMs = 0
  for (let number = 0; number < 20; number += 1) {
    const [answered] = (await ask(client, 'quick')).attempts
    slowestMs = Math.max(slowestMs, answered?.firstTextMs ?? 0)
  }
  return slowestMs
}

/** How long a first token was waited for that did not come. */
function limitOf({ attempts: [hung] }: Waybill, slowestMs: number): number {
  assert.deepEqual([hung?.failure?.kind, hung?.failure?.phase], ['timeout', 'first-token'])
  const hungMs = hung?.totalMs ?? 0
  assert.ok(hungMs >= learnedMs - 5, `${hungMs} ms`)
  // On a very slow machine what was learnt may be as long.
  if (4 * slowestMs < learnedMs) assert.ok(hungMs < unlearnedMs, `${hungMs} ms`)
  return hungMs
}

async function askUntil(client: RpcClient, isEnough: () => boolean): Promise<void> {
  while (!isEnough()) {
    // One that is broken off with its daemon is answered by nobody.
    void client.chat(chatFor('work'))
    await pause(250)
  }
}
