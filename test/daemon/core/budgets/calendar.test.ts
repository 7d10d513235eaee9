/** Windows of the calendar in time zones: tables of the days on which clocks are changed, and laws that always hold. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { windowAt } from '../../../../daemon/core/budgets/calendar.ts'
import { type BudgetWindow, budgetWindows } from '../../../../shared/domain/budget.ts'

type Row = {
  readonly name: string
  readonly at: string
  readonly window: BudgetWindow
  readonly zone: string
  readonly start: string
  readonly end?: string
}

const rows: readonly Row[] = [
  {
    name: 'a day of 23 hours, when summer begins',
    at: '2026-03-29T12:00:00Z',
    window: 'day',
    zone: 'Europe/Berlin',
    start: '2026-03-28T23:00:00Z',
    end: '2026-03-29T22:00:00Z',
  },
  {
    name: 'a day of 25 hours, when it ends',
    at: '2026-10-25T00:30:00Z',
    window: 'day',
    zone: 'Europe/Berlin',
    start: '2026-10-24T22:00:00Z',
    end: '2026-10-25T23:00:00Z',
  },
  {
    name: 'a day whose midnight is skipped begins at 01:00',
    at: '2018-11-04T12:00:00Z',
    window: 'day',
    zone: 'America/Sao_Paulo',
    start: '2018-11-04T03:00:00Z',
    end: '2018-11-05T02:00:00Z',
  },
  {
    name: 'a day whose last hour is repeated ends once',
    at: '2018-02-18T01:30:00Z',
    window: 'day',
    zone: 'America/Sao_Paulo',
    start: '2018-02-17T02:00:00Z',
    end: '2018-02-18T03:00:00Z',
  },
  {
    name: 'a date that the zone skipped is no day',
    at: '2011-12-30T09:59:00Z',
    window: 'day',
    zone: 'Pacific/Apia',
    start: '2011-12-29T10:00:00Z',
    end: '2011-12-30T10:00:00Z',
  },
  {
    name: 'a zone of half hours',
    at: '2026-11-28T18:00:00Z',
    window: 'hour',
    zone: 'Asia/Kolkata',
    start: '2026-11-28T17:30:00Z',
    end: '2026-11-28T18:30:00Z',
  },
  {
    name: 'a zone of quarter hours',
    at: '2026-11-28T18:00:00Z',
    window: 'day',
    zone: 'Asia/Kathmandu',
    start: '2026-11-27T18:15:00Z',
    end: '2026-11-28T18:15:00Z',
  },
  {
    name: 'clocks that change by half an hour',
    at: '2026-04-05T00:00:00Z',
    window: 'day',
    zone: 'Australia/Lord_Howe',
    start: '2026-04-04T13:00:00Z',
    end: '2026-04-05T13:30:00Z',
  },
  {
    name: 'a week begins on Monday',
    at: '2026-11-29T12:00:00Z',
    window: 'week',
    zone: 'UTC',
    start: '2026-11-23T00:00:00Z',
    end: '2026-11-30T00:00:00Z',
  },
  {
    name: 'a week over the change of the clocks has an hour more',
    at: '2026-10-20T12:00:00Z',
    window: 'week',
    zone: 'Europe/Berlin',
    start: '2026-10-18T22:00:00Z',
    end: '2026-10-25T23:00:00Z',
  },
  {
    name: 'the last month of a year ends with it',
    at: '2026-12-31T23:30:00Z',
    window: 'month',
    zone: 'America/New_York',
    start: '2026-12-01T05:00:00Z',
    end: '2027-01-01T05:00:00Z',
  },
  {
    name: 'the February of a leap year',
    at: '2028-02-29T12:00:00Z',
    window: 'month',
    zone: 'UTC',
    start: '2028-02-01T00:00:00Z',
    end: '2028-03-01T00:00:00Z',
  },
  {
    name: 'a minute',
    at: '2026-11-28T18:00:59.999Z',
    window: 'minute',
    zone: 'Asia/Kolkata',
    start: '2026-11-28T18:00:00Z',
    end: '2026-11-28T18:01:00Z',
  },
  { name: 'a lifetime', at: '2026-11-28T18:00:00Z', window: 'lifetime', zone: 'UTC', start: '1970-01-01T00:00:00Z' },
]

for (const row of rows) {
  test(`windows: ${row.name}`, () => {
    assert.deepEqual(windowAt(Date.parse(row.at), row.window, row.zone), {
      startMs: Date.parse(row.start),
      ...(row.end !== undefined && { endMs: Date.parse(row.end) }),
    })
  })
}

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'America/St_Johns',
] as const

test('windows: they hold their moment, follow one another without gap, and every moment in one names the same', () => {
  const anyMs = fc.integer({ min: Date.parse('2005-01-01'), max: Date.parse('2040-01-01') })
  const anyWindow = fc.constantFrom(...budgetWindows.filter((window) => window !== 'lifetime'))
  fc.assert(
    fc.property(
      anyMs,
      anyWindow,
      fc.constantFrom(...zones),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (atMs, window, zone, at) => {
        const { startMs, endMs = 0 } = windowAt(atMs, window, zone)
        assert.ok(startMs <= atMs && atMs < endMs)
        // Hours and minutes take the offset of their moment: where it changes by half an hour they may be cut.
        if (window === 'hour' || window === 'minute') return
        const inside = startMs + Math.floor((endMs - startMs) * Math.min(at, 0.999_999))
        assert.deepEqual(windowAt(inside, window, zone), { startMs, endMs })
        assert.equal(windowAt(endMs, window, zone).startMs, endMs)
        assert.equal(windowAt(startMs - 1, window, zone).endMs, startMs)
      },
    ),
    { numRuns: 200 },
  )
})

test('windows: a day has the same date at its first and its last moment, and another one before it', () => {
  const anyMs = fc.integer({ min: Date.parse('2005-01-01'), max: Date.parse('2040-01-01') })
  const dateIn = (zone: string, atMs: number) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(atMs)
  fc.assert(
    fc.property(anyMs, fc.constantFrom(...zones), (atMs, zone) => {
      const { startMs, endMs = 0 } = windowAt(atMs, 'day', zone)
      assert.equal(dateIn(zone, startMs), dateIn(zone, endMs - 1))
      assert.notEqual(dateIn(zone, startMs - 1), dateIn(zone, startMs))
    }),
    { numRuns: 200 },
  )
})
