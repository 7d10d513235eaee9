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

/** Several at a time: most of their time they wait. */
describe('restart', { concurrency: 5 }, () => {
  for (const [way, end] of Object.entries(ways)) {
    test(`after ${way} no call is wasted on an open endpoint, a cooling or refused key, or a limit to be learnt`, async (t) => {
      const { home, providers, plays, brokenAtMs, environment } = await rig(t)
      const { refused, unpaid, forbidden, limited, broken, well, quick } = providers
      const first = await startDaemon(home, { environment })
      const before = await connectClient(first.socketPath)
      for (let number = 0; number < 20; number += 1) await ask(before, 'steady')
      for (let number = 0; number < 3; number += 1) await ask(before, 'work')
      const counts = () => [refused, unpaid, forbidden, limited].map(({ calls }) => calls.length)
      const countsBefore = [...counts(), ...[broken, well, quick].map(({ calls }) => calls.length)]
      assert.deepEqual(countsBefore, [1, 1, 1, 1, 3, 3, 20])
      const [, , openedAtMs = 0] = brokenAtMs
      await end(home, first)

      const client = await connectClient((await startDaemon(home, { environment })).socketPath)
      const direct: Waybill[] = []
      for (let number = 0; number < 5; number += 1) direct.push(await ask(client, 'work'))
      assert.deepEqual(counts(), [1, 1, 1, 1])
      // On a very slow machine its probe may be due by now.
      if (performance.now() < openedAtMs + openMs)
        assert.deepEqual(direct.map(firstsOf), Array(5).fill('well succeeded'))

      plays.quick = 'hang'
      const [hung] = (await ask(client, 'steady')).attempts
      assert.deepEqual([hung?.failure?.kind, hung?.failure?.phase], ['timeout', 'first-token'])
      assert.ok(
        hung !== undefined && hung.totalMs >= learnedMs - 5 && hung.totalMs < unlearnedMs,
        `${hung?.totalMs} ms`,
      )

      plays.broken = 'answer'
      await untilFirst(client, 'broken succeeded')
      const probedAfterMs = (brokenAtMs[3] ?? 0) - openedAtMs
      t.diagnostic(`learnt limit ${Math.round(hung.totalMs)} ms, probe after ${Math.round(probedAfterMs)} ms`)
      assert.ok(probedAfterMs >= openMs, `asked again after ${probedAfterMs} ms`)
      assert.equal(firstsOf(await ask(client, 'work')), 'broken succeeded')
      assert.deepEqual(counts(), [1, 1, 1, 1])
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

  const bad = { REFUSED_KEY: 'sk-bad', SPARE_KEY: 'sk-good' }
  const repairs: readonly { readonly name: string; readonly repair: Repair }[] = [
    { name: 'not at all: it stays out', repair: { environment: bad, expected: 'well' } },
    { name: 'in the next daemon’s environment', repair: { environment: { REFUSED_KEY: 'sk-good' } } },
    {
      name: 'by a client of the next daemon',
      repair: { environment: {}, given: { REFUSED_KEY: 'sk-good' } },
    },
    {
      name: 'by a client, over the next daemon’s own',
      repair: { environment: bad, given: { REFUSED_KEY: 'sk-good' } },
    },
    { name: 'in the configuration, by another variable', repair: { environment: bad, variable: 'SPARE_KEY' } },
  ]
  for (const { name, repair } of repairs) {
    test(`a refused key, repaired ${name}`, async (t) => {
      const { refused, well } = await refusing(t)
      const places = (variable: string) => configFor({ refused: [refused, variable], well: [well, undefined] })
      const home = ownHome(t, places('REFUSED_KEY'))
      const first = await startDaemon(home, { environment: bad })
      assert.equal(firstsOf(await ask(await connectClient(first.socketPath), 'work')), 'refused failed')
      await killHard(first)
      home.writeConfig(places(repair.variable ?? 'REFUSED_KEY'))
      const next = await startDaemon(home, { environment: repair.environment })
      const client = await connectClient(next.socketPath, { environment: repair.given ?? {} })
      const { attempts } = await ask(client, 'work')
      assert.deepEqual(
        attempts.map((attempt) => attempt.provider),
        [repair.expected ?? 'refused'],
      )
      assert.equal(refused.calls.length, repair.expected === undefined ? 2 : 1)
      await client.close()
    })
  }
})

type Repair = {
  /** Of the next daemon. */
  readonly environment: Readonly<Record<string, string>>
  /** By a client of the next daemon. */
  readonly given?: Readonly<Record<string, string>>
  /** What the configuration names then. */
  readonly variable?: string
  /** Who answers then; missing: the one whose key was refused. */
  readonly expected?: string
}

type Rig = {
  readonly home: OwnHome
  readonly providers: Readonly<Record<Name, LoopbackProvider>>
  readonly plays: { broken: 'fail' | 'answer'; quick: 'answer' | 'hang' }
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
      else refuse(call, 500)
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

/** `work` asks all but `quick` in their order; `steady` asks `quick`, then `well`. */
function configFor(places: Readonly<Record<string, readonly [LoopbackProvider, string | undefined]>>): object {
  const providers = Object.entries(places).map(([name, [{ baseUrl }, variable]]) => [
    name,
    {
      kind: 'custom',
      baseUrl,
      // The loopback counts as local and would be given the patience of a model that loads.
      isLocal: false,
      ...(variable !== undefined && { key: `\${env:${variable}}` }),
      models: [{ model: `test/${name}`, price: { input: '1', output: '2' } }],
    },
  ])
  const models = Object.keys(places).filter((name) => name !== 'quick')
  return {
    schema: 1,
    providers: Object.fromEntries(providers),
    profiles: {
      work: { models: models.map((name) => `test/${name}`) },
      steady: { models: ['test/quick', 'test/well'] },
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

async function untilFirst(client: RpcClient, expected: string): Promise<Waybill> {
  for (;;) {
    const found = await ask(client, 'work')
    if (firstsOf(found) === expected) return found
    await pause(50)
  }
}
