/**
 * No overshoot of hard budgets, by what the providers themselves bill: under load, over kills at any moment, with fallbacks,
 * rewinds and cancels. Each round leaves little more room than what counts so far, so that the limit is always near.
 */
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type * as z from 'zod'
import type { RequestId } from '../../shared/domain/ids.ts'
import { budgets, budgetsRelease, budgetsSet, type budgets as budgetsType } from '../../shared/protocol/budgets.ts'
import {
  type BillingPlay,
  type BillingProviders,
  billedConfigOf,
  startBillingProviders,
} from '../support/billingProviders.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { type Conversation, connectClient, type RpcClient } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { killHard, startDaemon, waybill } from '../support/waybillProgram.ts'

const kills = 50
const requestsPerRound = 36
const maxOutputTokens = 500
/** About twenty calls at their bounds. */
const roomNanodollars = 22_000_000
const roomOfFlaky = 9_000_000

test(`${kills} kills -9 under load: the providers' bill stays within the limits, and the books never say less`, async (t) => {
  let isCalm = false
  const providers = await startBillingProviders(t, ['flaky', 'steady'], (name, index) =>
    isCalm ? { kind: 'answer', share: 0.5 } : playOf(name, index),
  )
  const home = ownHome(t)
  const limits = { ever: roomNanodollars, flaky: roomOfFlaky }
  writeConfig(home, providers, limits)
  const moments: number[] = []
  let hung: readonly string[] = []
  let atMost = { ever: 0, flaky: 0 }

  /** The next daemon: what the one before left must be counted. Then there is a little more room. */
  async function startNext() {
    const daemon = await startDaemon(home)
    const client = await connectClient(daemon.socketPath)
    atMost = await checkBooks(client, { providers, limits, hung })
    limits.ever = atMost.ever + roomNanodollars
    limits.flaky = atMost.flaky + roomOfFlaky
    for (const [name, budget] of Object.entries(budgetsOf(limits))) await client.ask(budgetsSet, { name, budget })
    return { daemon, client }
  }

  for (let kill = 0; kill < kills; kill++) {
    const { daemon, client } = await startNext()
    const others = [await connectClient(daemon.socketPath), await connectClient(daemon.socketPath)]
    const callsBefore = providers.calls.length
    const load = startLoad([client, ...others])
    const moment = randomInt(1, requestsPerRound)
    await waitFor('a moment to kill', () => {
      load.cancelSome()
      const fresh = providers.calls.slice(callsBefore)
      const hanging = new Set(fresh.flatMap(({ kind, requestId }) => (kind === 'hang' ? [requestId] : [])))
      return fresh.length >= moment || load.isAtRest(hanging)
    })
    await killHard(daemon)
    moments.push(providers.calls.length - callsBefore)
    const isOver = load.isAnswered
    hung = providers.calls
      .slice(callsBefore)
      .flatMap(({ kind, requestId }) => (kind === 'hang' && !isOver(requestId) ? [requestId] : []))
  }
  t.diagnostic(`killed after ${moments.join(' ')} calls`)

  const { daemon, client } = await startNext()
  isCalm = true
  const load = startLoad([client])
  await load.ended()
  await checkBooks(client, { providers, limits, hung })
  t.diagnostic(
    `billed $${providers.billedNanodollars() / 1e9} of at most $${atMost.ever / 1e9}, limit $${limits.ever / 1e9}`,
  )
  assert.ok(providers.calls.filter(({ kind }) => kind === 'cut').length > kills / 5, 'too few rewinds to show anything')

  const { interrupted } = await client.ask(budgets, {})
  const one = interrupted.find(
    ({ requestId }) => providers.calls.filter((call) => call.requestId === requestId).length === 1,
  )
  assert.ok(one?.cost.kind === 'estimated')
  const billed = providers.calls.find(({ requestId }) => requestId === one.requestId)?.nanodollars ?? 0
  const before = await atMostOf(client)
  const released = await waybill(home, ['budgets', 'release', one.requestId, '--spent', String(billed / 1e9)])
  assert.deepEqual([released.code, released.error], [0, ''])
  await killHard(daemon)
  const next = await startNext()
  assert.equal(atMost.ever, before.ever - one.cost.highNanodollars + billed)
  const refusal = await next.client.refusal(budgetsRelease.method, { requestId: one.requestId })
  assert.match(refusal.message, /no interrupted attempt/)
})

test('1,000 requests at once under a small budget: the bill stays within it and uses it up', async (t) => {
  const limit = 50_000_000
  const providers = await startBillingProviders(t, ['one', 'two'], (_name, index) => ({
    kind: 'answer',
    share: 0.1 + (index % 5) / 10,
  }))
  const home = ownHome(t)
  writeConfig(home, providers, { ever: limit, flaky: limit })
  const { socketPath } = await startDaemon(home)
  const clients = await Promise.all(Array.from({ length: 10 }, () => connectClient(socketPath)))
  const load = startLoad(clients, 1_000)
  await load.ended()
  const billed = providers.billedNanodollars()
  t.diagnostic(`${providers.calls.length} calls billed $${billed / 1e9} of $${limit / 1e9}`)
  assert.ok(billed <= limit)
  // The last one needs room for 256 tokens.
  assert.ok(billed > limit * 0.97, `${billed} of ${limit}`)
})

/** Of the flaky one a third fails; its breaker stays closed, so that there is always something to fall back from. */
function playOf(name: string, index: number): BillingPlay {
  if (index % 7 === 3) return { kind: 'hang' }
  if (name === 'flaky' && index % 3 === 1) return { kind: index % 2 === 0 ? 'cut' : 'refuse' }
  return { kind: 'answer', share: 0.5 + (index % 5) / 10 }
}

type Limits = { readonly ever: number; readonly flaky: number }

function budgetsOf({ ever, flaky }: Limits): object {
  return {
    ever: { dollars: ever / 1e9, per: 'lifetime' },
    flaky: { dollars: flaky / 1e9, per: 'lifetime', scope: 'provider', of: 'flaky' },
    month: { dollars: ever / 1e9, per: 'month', zone: 'Asia/Kolkata', scope: 'user' },
  }
}

function writeConfig(home: OwnHome, providers: BillingProviders, limits: Limits): void {
  const profile = { parameters: { maxOutputTokens } }
  home.writeConfig(billedConfigOf(providers, { budgets: budgetsOf(limits), profile }))
}

type Books = z.infer<(typeof budgetsType)['result']>

async function atMostOf(client: RpcClient): Promise<Limits & Pick<Books, 'interrupted'>> {
  const { budgets: all, interrupted } = await client.ask(budgets, {})
  const of = (wanted: string) => all.find(({ name }) => name === wanted)?.counters[0]
  assert.deepEqual([of('ever')?.held ?? 0, of('flaky')?.held ?? 0], [0, 0], 'held while nothing is under way')
  return { ever: of('ever')?.atMost ?? 0, flaky: of('flaky')?.atMost ?? 0, interrupted }
}

async function checkBooks(
  client: RpcClient,
  { providers, limits, hung }: { providers: BillingProviders; limits: Limits; hung: readonly string[] },
): Promise<Limits> {
  const { interrupted, ...atMost } = await atMostOf(client)
  const billed = { ever: providers.billedNanodollars(), flaky: providers.billedNanodollars('flaky') }
  for (const name of ['ever', 'flaky'] as const) {
    assert.ok(billed[name] <= limits[name], `${name}: billed ${billed[name]} over the limit of ${limits[name]}`)
    assert.ok(atMost[name] <= limits[name], `${name}: counted ${atMost[name]} over the limit of ${limits[name]}`)
    assert.ok(atMost[name] >= billed[name], `${name}: counted ${atMost[name]}, billed ${billed[name]}`)
  }
  const listed = new Set<string>(interrupted.map(({ requestId }) => requestId))
  assert.deepEqual(
    hung.filter((requestId) => !listed.has(requestId)),
    [],
    'cut off, but not listed as interrupted',
  )
  return atMost
}

function startLoad(clients: readonly RpcClient[], count = requestsPerRound) {
  const answered = new Set<string>()
  const cancelled = new Set<string>()
  const load: readonly Conversation[] = Array.from({ length: count }, (_, index) => {
    const requestId = randomUUID() as string as RequestId
    const messages = [{ role: 'user', content: requestId }]
    const client = clients[index % clients.length] ?? clients[0]
    assert.ok(client !== undefined)
    const conversation = client.chat({ requestId, messages, canRewind: index % 3 !== 0 })
    void conversation.answer.then(() => answered.add(requestId))
    return conversation
  })
  const isAnswered = (requestId: string) => answered.has(requestId)
  return {
    isAnswered,
    ended: () => Promise.all(load.map(({ answer }) => answer)),
    /** Some whose answer has begun. */
    cancelSome: () => {
      for (const [index, one] of load.entries()) {
        if (index % 12 !== 5 || cancelled.has(one.requestId) || one.parts.length === 0) continue
        cancelled.add(one.requestId)
        one.cancel()
      }
    },
    /** Nothing more happens by itself for a while. */
    isAtRest: (hanging: ReadonlySet<string>) =>
      load.every(
        ({ requestId, parts }) =>
          isAnswered(requestId) || hanging.has(requestId) || parts.at(-1)?.type === 'wait-start',
      ),
  }
}
