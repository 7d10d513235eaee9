/**
 * Chaos: three providers on real sockets behind a real daemon, each misbehaving in its turn while at least one is well, and
 * nobody configured a time limit. What each does changes with the number of requests that have ended, not with time.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { type DrawnText, nothingDrawn, onStreamPart } from '../../shared/domain/drawnText.ts'
import type { Waybill } from '../../shared/domain/waybill.ts'
import {
  answerWith,
  beginWith,
  configOf,
  endStream,
  frameOfText,
  openStream,
  type ProviderCall,
  startProvider,
  wordsIn,
} from '../support/loopbackProvider.ts'
import { ownHome } from '../support/ownHome.ts'
import { connectClient, type RpcClient } from '../support/rpcClient.ts'
import { startDaemon } from '../support/waybillProgram.ts'

const requestCount = 2_000
const concurrency = 32

type Name = 'a' | 'b' | 'c'
const names: readonly Name[] = ['a', 'b', 'c']

type Play =
  | 'answer'
  | 'hang'
  | 'stall'
  | 'cut'
  | 'garble'
  | 'error-in-200'
  | 'late-error-in-200'
  | 'server-error'
  | 'rate-limit'
  | 'rate-limit-silent'
  | 'web-page'
  | 'empty'
  | 'refuse-key'

/** Each stays in force for the same number of requests. */
const phases: readonly Readonly<Record<Name, Play>>[] = [
  { a: 'answer', b: 'answer', c: 'answer' },
  { a: 'hang', b: 'answer', c: 'answer' },
  { a: 'cut', b: 'server-error', c: 'answer' },
  { a: 'garble', b: 'answer', c: 'rate-limit' },
  { a: 'answer', b: 'stall', c: 'web-page' },
  { a: 'late-error-in-200', b: 'answer', c: 'empty' },
  { a: 'answer', b: 'rate-limit-silent', c: 'hang' },
  { a: 'error-in-200', b: 'answer', c: 'answer' },
  { a: 'refuse-key', b: 'cut', c: 'answer' },
  { a: 'answer', b: 'answer', c: 'stall' },
]

// Side by side: most of their time is waiting for what hangs.
describe('with three providers that misbehave in turn', { concurrency: true }, () => {
  test('chaos, a caller that can rewind: every request ends with one whole answer', async (t) => {
    const { results, report } = await runChaos(t, true)
    for (const { words, drawn, waybill } of results) {
      assert.equal(waybill?.outcome, 'succeeded', JSON.stringify(waybill?.failure))
      const last = waybill?.attempts.at(-1)
      assert.equal(drawn.text, textsOf(nameOf(last?.provider), words).join(''))
    }
    check(report)
  })

  test('chaos, a caller that cannot: no mixed answer, every failure explicit', async (t) => {
    const { results, report } = await runChaos(t, false)
    let whole = 0
    for (const { words, drawn, waybill } of results) {
      const last = waybill?.attempts.at(-1)
      const expected = textsOf(nameOf(last?.provider), words).join('')
      if (waybill?.outcome === 'succeeded') {
        whole += 1
        assert.equal(drawn.text, expected)
      } else {
        assert.notEqual(waybill?.failure, undefined)
        assert.equal(last?.nextBecause, 'text-drawn', JSON.stringify(waybill?.attempts))
        assert.ok(drawn.text !== '' && expected.startsWith(drawn.text.replaceAll('\uFFFD', '')))
      }
    }
    t.diagnostic(`${whole} whole answers, ${requestCount - whole} explicit failures after the first text`)
    assert.ok(whole >= 0.85 * requestCount, `${whole} whole answers`)
    check(report)
  })
})

type Result = { readonly words: string; readonly drawn: DrawnText; readonly waybill: Waybill | undefined }

type Report = {
  readonly attemptsPerRequest: number
  readonly addedMs: { readonly p50: number; readonly p99: number; readonly most: number }
  /** Of each phase: calls on providers that were not well. */
  readonly wasted: readonly number[]
}

async function runChaos(t: TestContext, canRewind: boolean): Promise<{ results: readonly Result[]; report: Report }> {
  let ended = 0
  const phaseNow = () => Math.min(phases.length - 1, Math.floor((ended * phases.length) / requestCount))
  const wasted = phases.map(() => 0)
  const places: Record<string, { readonly baseUrl: string }> = {}
  for (const name of names) {
    const { baseUrl } = await startProvider(t, (call) => {
      const phase = phaseNow()
      const play = phases[phase]?.[name] ?? 'answer'
      if (play !== 'answer') wasted[phase] = (wasted[phase] ?? 0) + 1
      perform(call, play, textsOf(name, wordsIn(call)))
    })
    places[name] = { baseUrl }
  }
  const home = ownHome(t)
  home.writeConfig(withoutLocal(configOf(places)))
  const daemon = await startDaemon(home)
  const client = await connectClient(daemon.socketPath)
  const results: Result[] = []
  let started = 0
  const worker = async () => {
    while (started < requestCount) {
      started += 1
      results.push(await ask(client, `request ${started}`, canRewind))
      ended += 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  await client.close()
  const report = reportOf(results, wasted)
  t.diagnostic(JSON.stringify(report))
  return { results, report }
}

/** The loopback counts as local and would be given the patience of a model that loads. */
function withoutLocal(config: object): object {
  const { providers, ...rest } = config as { readonly providers: Readonly<Record<string, object>> }
  const remote = Object.entries(providers).map(([name, provider]) => [name, { ...provider, isLocal: false }])
  return { ...rest, providers: Object.fromEntries(remote) }
}

async function ask(client: RpcClient, words: string, canRewind: boolean): Promise<Result> {
  const messages = [{ role: 'user', content: words }]
  const requestId = randomUUID()
  const conversation = client.chat({ requestId, messages, canRewind })
  const { result, error } = await conversation.answer
  const drawn = conversation.parts.reduce(onStreamPart, nothingDrawn)
  const waybill = (result as { readonly waybill?: Waybill } | undefined)?.waybill ?? error?.data?.waybill
  return { words, drawn, waybill }
}

function textsOf(name: Name, words: string): readonly string[] {
  return [`${name} says `, `to “${words}”: `, 'eins, ', 'zwö€i, ', '😀!']
}

function nameOf(provider: string | undefined): Name {
  return names.find((name) => name === provider) ?? 'a'
}

function perform(call: ProviderCall, play: Play, texts: readonly string[]): void {
  const { response } = call
  const begin = (count: number) => {
    openStream(call)
    for (const text of texts.slice(0, count)) response.write(frameOfText(text))
  }
  const refuse = (httpStatus: number, headers: Readonly<Record<string, string>> = {}) => {
    response.writeHead(httpStatus, { 'content-type': 'application/json', ...headers })
    response.end('{"error":{"message":"chaos"}}')
  }
  switch (play) {
    case 'answer':
      answerWith(call, texts)
      return
    case 'hang':
      return
    case 'stall':
      beginWith(call, texts[0] ?? '')
      return
    case 'cut':
      begin(3)
      response.write('\n', () => response.destroy())
      return
    case 'garble':
      begin(2)
      response.write('data: {"choices":[{"index":0,"delta":{"con\n\n')
      endStream(call)
      return
    case 'error-in-200':
    case 'late-error-in-200':
      begin(play === 'error-in-200' ? 0 : 2)
      response.end('data: {"error":{"message":"chaos","type":"server_error","code":null}}\n\n')
      return
    case 'server-error':
      refuse(500)
      return
    case 'rate-limit':
      refuse(429, { 'retry-after': '1' })
      return
    case 'rate-limit-silent':
      refuse(429)
      return
    case 'refuse-key':
      refuse(401)
      return
    case 'web-page':
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<!doctype html><title>Sign in</title>')
      return
    case 'empty':
      openStream(call)
      endStream(call)
      return
  }
}

function reportOf(results: readonly Result[], wasted: readonly number[]): Report {
  const waybills = results.flatMap((result) => result.waybill ?? [])
  const attempts = waybills.reduce((sum, waybill) => sum + waybill.attempts.length, 0)
  const added = waybills
    .map((waybill) => Math.round(waybill.totalMs - (waybill.attempts.at(-1)?.totalMs ?? 0)))
    .sort((left, right) => left - right)
  const at = (ratio: number) => added[Math.floor(ratio * (added.length - 1))] ?? 0
  const addedMs = { p50: at(0.5), p99: at(0.99), most: at(1) }
  return { attemptsPerRequest: attempts / waybills.length, addedMs, wasted }
}

/**
 * When a provider dies, every call that is under way may be lost, and each of the two others' as well; later only
 * probes are. Two dead ones in a phase: twice that.
 */
function check(report: Report): void {
  assert.ok(report.attemptsPerRequest < 1.5, `${report.attemptsPerRequest} attempts per request`)
  for (const count of report.wasted) assert.ok(count <= 4 * concurrency, `wasted ${report.wasted.join(' ')}`)
}
