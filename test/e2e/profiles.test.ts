// `waybill profiles show` over a real daemon: what a profile sets, its tiers, and whom it would ask first.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { explain } from '../../shared/protocol/explain.ts'
import { profilesShow } from '../../shared/protocol/profiles.ts'
import { ownHome } from '../support/ownHome.ts'
import { waybill } from '../support/waybillProgram.ts'

const local = { kind: 'custom', baseUrl: 'http://127.0.0.1:9/v1' }
const config = {
  schema: 1,
  providers: {
    dear: { ...local, models: [{ model: 'test/big', price: { input: 3, output: 9 } }] },
    cheap: {
      ...local,
      models: [
        { model: 'test/big', price: { input: 1, output: 3 } },
        { model: 'test/small', price: { input: 0.1, output: 0.3 } },
      ],
    },
  },
  profiles: {
    mine: {
      models: ['test/big'],
      provider: { sort: 'price', max_price: { prompt: 4 } },
      parameters: { temperature: 0.2 },
    },
    tiers: { models: [], auto: { cheap: ['test/small'], strong: ['test/big'], strongShareRatio: 0.25 } },
  },
}

test('a profile is listed, and shown with its fields and whom it would ask first, without a trace', async (t) => {
  const home = ownHome(t, config)
  const listed = await waybill(home, ['profiles'])
  assert.match(listed.out, /mine +2 +mine/)
  const own = await waybill(home, ['profiles', 'show', 'mine'])
  assert.equal(own.code, 0, own.error)
  assert.match(own.out, /^mine, your own: mine\n/)
  assert.match(own.out, /provider\.max_price +prompt 4\n/)
  assert.match(own.out, /parameters\.temperature +0\.2\n/)
  assert.match(own.out, /now first +test\/big@cheap, then test\/big@dear \(ordered by price\)\n/)

  const builtIn = await waybill(home, ['profiles', 'show', 'practice'])
  assert.match(builtIn.out, /^practice, built-in: /)
  assert.match(builtIn.out, /now first +practice\/outline@practice-steady/)

  const value = JSON.parse((await waybill(home, ['profiles', 'show', 'tiers', '--json'])).out)
  const { summary, profile } = profilesShow.result.parse(value)
  assert.deepEqual([summary.isBuiltIn, summary.endpointCount], [false, 3])
  assert.deepEqual(profile.auto, config.profiles.tiers.auto)
  const outlooks = (value.outlooks as readonly { readonly tier: string; readonly explanation: unknown }[]).map(
    ({ tier, explanation }) => [tier, explain.result.parse(explanation).plans[0]?.plan.candidates.length],
  )
  assert.deepEqual(outlooks, [
    ['cheap', 1],
    ['strong', 2],
  ])
  const decisions = `${home.stateFolder}/decisions`
  assert.deepEqual(existsSync(decisions) ? readdirSync(decisions) : [], [])
})

test('a mistyped profile or word is said with the one that was meant', async (t) => {
  const home = ownHome(t, config)
  for (const verb of ['show', 'use']) {
    const unknown = await waybill(home, ['profiles', verb, 'balancd'])
    assert.equal(unknown.code, 1)
    assert.match(unknown.error, /there is no profile `balancd`; did you mean `balanced`\?/)
  }
  const far = await waybill(home, ['profiles', 'show', 'nothing-like-it', '--json'])
  assert.equal(far.code, 1)
  assert.match(JSON.parse(far.out).error.message, /Expected one of: mine, tiers, default, balanced/)
  const word = await waybill(home, ['profiles', 'shwo', 'mine'])
  assert.equal(word.code, 2)
  assert.match(word.error, /expected list, show NAME, use NAME or reset, found `shwo`; did you mean `show`\?/)
})
