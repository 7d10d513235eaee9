import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forecastSpend } from '../../../../daemon/core/metrics/forecast.ts'
import { generateHistory, shapes } from '../../../support/spendHistories.ts'

const dayMs = 86_400_000

function forecastOf(generated: ReturnType<typeof generateHistory>) {
  const { days, todayStartMs, restRatio, nowMs, windowEndMs } = generated
  return forecastSpend({ dayNanodollars: days, todayStartMs, restRatio }, nowMs, windowEndMs)
}

test('on 500 generated histories the interval holds what came in 75 to 85 % of them', () => {
  const held = new Map<string, number>()
  for (let seed = 0; seed < 500; seed += 1) {
    const generated = generateHistory(seed)
    const forecast = forecastOf(generated)
    assert.ok(forecast.state === 'forecast')
    const isHeld = generated.actual >= forecast.lowNanodollars && generated.actual <= forecast.highNanodollars
    if (isHeld) held.set(generated.shape, (held.get(generated.shape) ?? 0) + 1)
  }
  const total = [...held.values()].reduce((sum, count) => sum + count, 0)
  assert.ok(total >= 375 && total <= 425, `${total} of 500`)
  // No shape may be paid for by another.
  for (const shape of shapes) {
    const ratio = (held.get(shape) ?? 0) / (500 / shapes.length)
    assert.ok(ratio >= 0.7 && ratio <= 0.9, `${shape}: ${ratio}`)
  }
})

test('the same history gives the same forecast, and the likely amount is within the interval', () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const first = forecastOf(generateHistory(seed))
    assert.deepEqual(forecastOf(generateHistory(seed)), first)
    assert.ok(first.state === 'forecast')
    assert.ok(first.lowNanodollars <= first.likelyNanodollars && first.likelyNanodollars <= first.highNanodollars)
  }
})

test('under 14 days it is not enough yet', () => {
  const of = (days: number) => {
    const dayNanodollars = Array.from({ length: days }, () => 1_000)
    return forecastSpend({ dayNanodollars, todayStartMs: 0 }, 0, dayMs)
  }
  assert.deepEqual(of(13), { state: 'not-enough-yet', knownDays: 13, neededDays: 14 })
  assert.equal(of(14).state, 'forecast')
})

test('weekends that were quiet are forecast as quiet', () => {
  // 28 days from a Monday on: today is a Monday, and the window is the coming weekend or the days before it.
  const dayNanodollars = Array.from({ length: 28 }, (_, day) => (day % 7 < 5 ? 1_000_000 : 0))
  const until = (days: number) => {
    const forecast = forecastSpend({ dayNanodollars, todayStartMs: 0 }, 0, days * dayMs)
    return forecast.state === 'forecast' ? forecast.likelyNanodollars : Number.NaN
  }
  assert.ok(Math.abs(until(5) - 5_000_000) < 250_000, `${until(5)}`)
  assert.ok(until(7) - until(5) < 100_000, `${until(7)}`)
})

test('a window that is over costs nothing more, and one that ends today costs less than the day', () => {
  const dayNanodollars = Array.from({ length: 28 }, () => 1_000_000)
  const at = (nowMs: number, endMs: number) => forecastSpend({ dayNanodollars, todayStartMs: 0 }, nowMs, endMs)
  const nothing = { state: 'forecast', likelyNanodollars: 0, lowNanodollars: 0, highNanodollars: 0 }
  assert.deepEqual(at(dayMs / 2, dayMs / 4), nothing)
  const half = at(dayMs / 2, dayMs)
  assert.ok(half.state === 'forecast')
  assert.ok(Math.abs(half.likelyNanodollars - 500_000) < 50_000)
})
