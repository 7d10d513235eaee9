import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type * as z from 'zod'
import type { Session, SessionEvent } from '../../../daemon/gateway/session.ts'
import { requestIdSchema } from '../../../shared/domain/ids.ts'
import type { Waybill } from '../../../shared/domain/waybill.ts'
import type { journal } from '../../../shared/protocol/journal.ts'
import { createFakeSessions } from '../servers/fakeSession.ts'
import { aFailover } from './aSession.ts'
import { runWords } from './cliTesting.ts'

type Asked = z.infer<typeof journal.params>

const waybills = Array.from({ length: 7 }, (_, number): Waybill => {
  return {
    ...aFailover,
    requestId: requestIdSchema.parse(`request-${number}`),
    startedAtMs: 1_790_000_000_000 - number,
  }
})

/** Pages of two, whatever is asked for, and an empty one in between. */
function pagedSession() {
  const asked: Asked[] = []
  const answer: Session['journal'] = async (params) => {
    asked.push(params)
    const at = params.cursor === undefined ? 0 : Number(params.cursor.split('.')[1])
    const cut = at === 4 ? [] : waybills.slice(at, at + Math.min(params.limit ?? 20, 2))
    const next = at === 4 ? 5 : at + 2
    const page = cut.filter(({ requestId }) => params.requestId === undefined || requestId === params.requestId)
    const isEnd = next >= waybills.length
    return { waybills: page, isEnd, ...(!isEnd && { cursor: `2026-11-28.${next}` }) }
  }
  const sessions = createFakeSessions((session) => ({ ...session, journal: answer }))
  return { asked, openSession: sessions.openSession, sessions }
}

const idsIn = (out: string) => out.match(/request-\d/g)

describe('waybill log', () => {
  it('goes through the pages, empty ones too, until it has as many as were asked for', async (t) => {
    const { asked, openSession } = pagedSession()
    assert.deepEqual(idsIn((await runWords(t, ['log', '-n', '3'], { openSession })).out), [
      'request-0',
      'request-1',
      'request-2',
    ])
    assert.deepEqual(
      asked.map(({ limit }) => limit),
      [3, 1],
    )
    const all = await runWords(t, ['log', '--json'], { openSession })
    assert.equal(JSON.parse(all.out).length, 6)
  })

  it('asks for what the filters say', async (t) => {
    const { asked, openSession } = pagedSession()
    const words = ['--from', '2026-11-01', '--to', '2026-11-28T09:30', '--user', 'anna', '--outcome', 'failed']
    const more = ['--cost-above', '0.05', '--workspace', '/home/ann/one', '--model', 'a/x', '--provider', 'one']
    assert.equal((await runWords(t, ['log', ...words, ...more], { openSession })).code, 0)
    assert.deepEqual(asked[0]?.filter, {
      fromMs: Date.UTC(2026, 10, 1),
      toMs: Date.UTC(2026, 10, 28, 9, 30),
      user: 'anna',
      outcome: 'failed',
      costAboveNanodollars: 50_000_000,
      workspace: '/home/ann/one',
      model: 'a/x',
      provider: 'one',
    })
  })

  it('exports all of them, one a line, as JSON or CSV', async (t) => {
    const { openSession } = pagedSession()
    const lines = (await runWords(t, ['log', '--export', 'jsonl'], { openSession })).out.trimEnd().split('\n')
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).requestId),
      [0, 1, 2, 3, 5, 6].map((one) => `request-${one}`),
    )
    const csv = (await runWords(t, ['log', '--export', 'csv', '-n', '4'], { openSession })).out.trimEnd().split('\r\n')
    assert.equal(csv.length, 5)
    assert.match(csv[0] ?? '', /^request,started,outcome/)
    assert.match(csv[4] ?? '', /^request-3,/)
  })

  it('follows: the last ones, then each that ends, once and only if it is wanted, until Ctrl+C', async (t) => {
    const { openSession, sessions } = pagedSession()
    const interrupt = new AbortController()
    const tell = (waybill: Waybill) => {
      const event: SessionEvent = { topic: 'requests', waybill }
      for (const { options } of sessions.opened) if (options.topics.includes('requests')) options.onEvent(event)
    }
    const fresh = { ...aFailover, requestId: requestIdSchema.parse('request-9') }
    const other = { ...fresh, requestId: requestIdSchema.parse('request-8'), caller: { client: 'test', user: 'bob' } }
    let told = false
    const result = await runWords(t, ['log', '--follow', '-n', '2', '--user', 'ann'], {
      openSession,
      signal: interrupt.signal,
      terminal: { widthColumns: 80 },
      onOut: (out) => {
        if (out.includes('request-9')) interrupt.abort()
        if (told || !out.includes('request-0')) return
        told = true
        setImmediate(() => [other, fresh].forEach(tell))
      },
    })
    assert.equal(result.code, 0)
    const lines = result.out.trimEnd().split('\n')
    assert.deepEqual(lines.flatMap(idsIn), ['request-1', 'request-0', 'request-9'])
    assert.ok(lines.every((line) => line.length <= 80))
  })

  it('shows what was captured of a request under its waybill, without what would move a cursor', async (t) => {
    const captured = { messages: [{ role: 'user', text: 'why?\n' }], answer: 'because\u001b[2J of that' }
    const sessions = createFakeSessions((session) => ({
      ...session,
      journal: async ({ withContent }) => ({ waybills: [aFailover], ...(withContent === true && { captured }) }),
    }))
    for (const words of [['show', 'request-1'], ['request-1']]) {
      const { out } = await runWords(t, ['log', ...words], { openSession: sessions.openSession })
      assert.match(out, /^Waybill {2}succeeded/)
      assert.ok(out.endsWith('\nuser:\nwhy?\n\nanswer:\nbecause of that\n'), out)
    }
  })

  it('says that no request matches, where there are filters and nothing was found', async (t) => {
    const sessions = createFakeSessions((session) => ({ ...session, journal: async () => ({ waybills: [] }) }))
    const outOf = async (...words: string[]) =>
      (await runWords(t, ['log', ...words], { openSession: sessions.openSession })).out
    assert.equal(await outOf('--user', 'nobody'), 'No request matches.\n')
    assert.equal(await outOf(), 'No requests yet.\n')
  })

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['--export', 'xml'], /expected --export to be csv or jsonl, found `xml`/],
    [['--export', 'csv', '--follow'], /expected one of them, found --export and --follow/],
    [['request-1', '--follow'], /expected one of them, found an ID and --follow/],
    [['show'], /expected the ID of a request/],
    [['request-1', 'request-2'], /expected `waybill log show ID`, found `request-1 request-2`/],
    [['--from', 'yesterday'], /expected --from as 2026-11-28 or 2026-11-28T09:30, found `yesterday`/],
    [['--to', '2026-13-01'], /expected --to as/],
    [
      ['--from', '2026-11-28', '--to', '2026-11-01'],
      /expected --from before --to, found 2026-11-28 00:00 and 2026-11-01/,
    ],
    [['--outcome', 'good'], /expected --outcome to be one of succeeded/],
    [['--cost-above', '1e3'], /expected --cost-above as dollars, such as 0.05, found `1e3`/],
    [['-n', '501'], /expected -n to be a count from 1 to 500, found `501`/],
  ]
  for (const [words, message] of wrong) {
    it(`refuses \`${words.join(' ')}\``, async (t) => {
      const { code, error } = await runWords(t, ['log', ...words])
      assert.equal(code, 2)
      assert.match(error, message)
    })
  }
})
