/** `waybill budgets` against a session that keeps what it is told, and the table it draws. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderBudgets } from '../../../daemon/cli/budgetText.ts'
import type { Session } from '../../../daemon/gateway/session.ts'
import type { BudgetConfig, BudgetName } from '../../../shared/domain/budget.ts'
import { requestIdSchema } from '../../../shared/domain/ids.ts'
import { budgets } from '../../../shared/protocol/budgets.ts'
import { profiles } from '../../../shared/protocol/profiles.ts'
import { createFakeSessions } from '../servers/fakeSession.ts'
import { runWords } from './cliTesting.ts'

// A moment in this machine's own zone is told without the zone.
process.env.TZ = 'UTC'

const narrow = { isColored: false, isOutTty: false, widthColumns: 80 }
const startMs = Date.parse('2026-11-01T00:00:00Z')
const endMs = Date.parse('2026-12-01T00:00:00Z')

const some = budgets.result.parse({
  budgets: [
    {
      name: 'month',
      budget: { dollars: 20, per: 'month', whenSpent: 'local-only' },
      counters: [
        {
          startMs,
          endMs,
          used: 12_400_000_000,
          atMost: 12_900_000_000,
          held: 60_000_000,
          left: 7_040_000_000,
          unknownCount: 1,
        },
      ],
    },
    { name: 'team', budget: { tokens: 1_000_000, per: 'lifetime', scope: 'user', enforcement: 'soft' }, counters: [] },
    {
      name: 'pace',
      budget: { requests: 30, per: 'minute', scope: 'user' },
      counters: [
        { member: 'anna', startMs, used: 30, atMost: 30, held: 0, left: 0, unknownCount: 0, freeAfterMs: 37_400 },
      ],
    },
  ],
  interrupted: [
    {
      requestId: 'request-7',
      attempt: 1,
      endpoint: 'a/x@one',
      atMs: startMs,
      cost: { kind: 'estimated', nanodollars: 450_000_000, lowNanodollars: 0, highNanodollars: 450_000_000 },
      budgets: ['month'],
    },
  ],
  barred: [{ endpoint: 'a/y@two', atMs: startMs, requestId: 'request-8' }],
})

test('draws limits, what is held and left, when it is free again, and what needs a word; the bar is the first to go', () => {
  const text = renderBudgets(some, { ...narrow, widthColumns: 110 })
  assert.equal(
    text.replaceAll('\u00a0', ' '),
    `BUDGET           LIMIT                                    USED   HELD   LEFT  RESETS
month            $20.00 a month             ~$12.40, 1 unknown  $0.06  $7.04  2026-12-01    ######.... 62 %
team, each user  1.0 M tokens in all, soft         nothing yet
pace: anna       30 requests a minute                       30             0  free in 38 s  ########## 100 %

Interrupted 2026-11-01 00:00 UTC: request-7 at a/x@one, at most $0.4500.
  \`waybill budgets release request-7\` if it cost nothing.

Kept out of hard budgets: a/y@two, which answered request-8 with more than its bound.
  \`waybill budgets allow a/y@two\` lets it back.
`,
  )
  const only = renderBudgets({ ...some, budgets: some.budgets.slice(0, 1) }, narrow)
  assert.match(only, /HELD +LEFT +RESETS\n.* 2026-12-01\n/, 'at 80 columns only the bar is missing')
})

test('a long name keeps its beginning, where the budget is named, and the end of its member', () => {
  const shop = some.budgets.slice(0, 1).map((one) => ({
    ...one,
    name: 'ws-day' as BudgetName,
    budget: { ...one.budget, scope: 'workspace' as const },
    counters: one.counters.map((counter) => ({ ...counter, member: '/home/anna/projects/shop' })),
  }))
  const text = renderBudgets({ budgets: shop, interrupted: [], barred: [] }, narrow)
  assert.match(text, /^ws-day: \S*….*shop /m)
})

type Kept = Map<BudgetName, BudgetConfig>

function keeping(kept: Kept): Pick<Session, 'budgets' | 'setBudget' | 'removeBudget'> {
  return {
    budgets: () => ({
      budgets: [...kept].map(([name, budget]) => ({ name, budget, counters: [] })),
      interrupted: [],
      barred: [],
    }),
    setBudget: ({ name, budget }) => {
      kept.set(name, budget)
      return { name, budget, counters: [] }
    },
    removeBudget: ({ name }) => {
      kept.delete(name)
      return {}
    },
  }
}

test('set writes what is given and leaves the rest; another unit takes the place of the one before', async (t) => {
  const kept: Kept = new Map()
  const { openSession } = createFakeSessions((session) => ({ ...session, ...keeping(kept) }))
  const run = (words: string) => runWords(t, ['budgets', ...words.split(' ')], { openSession })
  assert.equal((await run('set month -d 20 -p month -z Europe/Berlin')).code, 0)
  assert.deepEqual([...kept.values()], [{ dollars: 20, per: 'month', zone: 'Europe/Berlin' }])
  await run('set month --when-spent local-only --hard --marks 10,90')
  await run('set month -t 5000')
  assert.deepEqual(
    [...kept.values()],
    [
      {
        tokens: 5_000,
        per: 'month',
        zone: 'Europe/Berlin',
        enforcement: 'hard',
        marksPercent: [10, 90],
        whenSpent: 'local-only',
      },
    ],
  )
  assert.equal((await run('remove month')).out, 'Budget month is removed.\n')
  assert.equal(kept.size, 0)
})

const mistakes: readonly (readonly [words: string, says: RegExp])[] = [
  ['set month -p month', /exactly one of/],
  ['set month -d 20 -t 5 -p month', /exactly one of/],
  ['set month --dollars=-3 -p month', /expected --dollars to be an amount above 0/],
  ['set month -d 20', /expected --per to be one of minute, hour, day, week, month, lifetime/],
  ['set month -d 20 -p month -z Mars/Olympus', /expected --zone to be the IANA name/],
  ['set month -d 20 -p month -o anna', /expected --of only with a --scope/],
  ['set month -d 20 -p month --soft --hard', /expected one of --soft and --hard, found both/],
  ['set month -d 20 -p month --soft --when-spent local-only', /expected --when-spent only with a hard budget/],
  ['set month -d 0.0000000001 -p month', /expected --dollars to be at least 0.00001, a thousandth of a cent/],
  ['set month --spent 4', /expected --spent only with `waybill budgets release`, found it with `set`/],
  ['list --soft', /expected --soft only with `waybill budgets set`, found it with `list`/],
  ['remove month -d 4', /expected --dollars only with `waybill budgets set`/],
  ['set month -d -5 -p month', /expected a value after -d; one that begins with - is given as --dollars=-5/],
  ['release request-1 --spent 1e30', /expected --spent to be an amount of dollars, .* at most 1,000,000/],
  ['set Month! -d 20 -p month', /expected a name for the budget/],
  ['release', /expected `waybill budgets release REQUEST`/],
  ['release request-1 --spent much', /expected --spent to be an amount of dollars/],
  ['allow nobody', /expected `waybill budgets allow ENDPOINT`/],
  ['grow', /expected list, set, remove, release or allow, found `grow`/],
]

for (const [words, says] of mistakes) {
  test(`a mistake is named: ${words}`, async (t) => {
    const { openSession } = createFakeSessions((session) => ({ ...session, ...keeping(new Map()) }))
    const result = await runWords(t, ['budgets', ...words.split(' ')], { openSession })
    assert.equal(result.code, 2)
    assert.match(result.error, says)
  })
}

test('a profile that is not there is said, and written all the same', async (t) => {
  const kept: Kept = new Map()
  const none = profiles.result.parse({ profiles: [], current: { profile: 'balanced', source: 'default' } })
  const { openSession } = createFakeSessions((session) => ({ ...session, ...keeping(kept), profiles: () => none }))
  const result = await runWords(t, 'budgets set month -d 20 -p month --when-spent nope'.split(' '), { openSession })
  assert.equal(result.code, 0, result.error)
  assert.match(result.out, /^There is no profile nope yet: until there is, requests are refused/)
  assert.equal(kept.size, 1)
})

test('release takes an id that is cut short, as long as it is of one interrupted request', async (t) => {
  const released: string[] = []
  const ids = ['3f2a8c1e-0001', '3f2a8c1e-0002', '77777777-0003'].map((id) => requestIdSchema.parse(id))
  const { openSession } = createFakeSessions((session) => ({
    ...session,
    budgets: () => ({
      ...some,
      interrupted: ids.flatMap((requestId) => some.interrupted.map((one) => ({ ...one, requestId }))),
    }),
    releaseReservation: ({ requestId }) => {
      released.push(requestId)
      return { attempts: [1] }
    },
  }))
  const release = (id: string) => runWords(t, ['budgets', 'release', id], { openSession })
  assert.equal((await release('77777777')).out, 'Request 77777777-0003 is corrected.\n')
  const several = await release('3f2a8c1e')
  assert.equal(several.code, 2)
  assert.match(several.error, /found 2 that begin with 3f2a8c1e/)
  assert.deepEqual(released, ['77777777-0003'])
})
