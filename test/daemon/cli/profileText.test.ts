/** One profile as the command line draws it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ProfileOutlook, renderProfile } from '../../../daemon/cli/profileText.ts'
import { explain } from '../../../shared/protocol/explain.ts'
import { profilesShow } from '../../../shared/protocol/profiles.ts'

const plain = { isColored: false, widthColumns: Number.POSITIVE_INFINITY }

function outlook(candidates: readonly string[], orderedBy?: string, drawRatio?: number): ProfileOutlook['explanation'] {
  const plan = { version: 1, candidates, rejected: [], ...(orderedBy !== undefined && { orderedBy }) }
  const score = { endpoint: candidates[0], drawRatio, attempts: 0, isUnstable: false, isProbe: false, isSticky: false }
  return explain.result.parse({
    answer: 'No endpoint can be called. one: it needs a key, set ONE_KEY. two: it needs a key, set TWO_KEY.',
    plans: [{ atMs: 0, recomputed: 'same', plan, scores: drawRatio === undefined ? [] : [score], rejected: [] }],
    attempts: [],
  })
}

function shown(summary: object, profile: object) {
  const known = { name: 'mine', title: 'Mine', description: '', models: [], isBuiltIn: false, isPractice: false }
  return profilesShow.result.parse({ summary: { ...known, endpointCount: 4, ...summary }, profile })
}

test('a profile is drawn with each field that it sets and whom it would ask first', () => {
  const profile = {
    models: ['a/x', 'b/y'],
    provider: {
      order: ['one'],
      sort: { by: 'price', partition: 'none' },
      max_price: { prompt: 4 },
      zdr: true,
      ignore: [],
    },
    strategy: 'adaptive',
    parameters: { temperature: 0.2 },
    hold: { holdMs: 500 },
    timeouts: { connectMs: 1000 },
  }
  const outlooks = [{ explanation: outlook(['a/x@one', 'a/x@two', 'b/y@one', 'b/y@two'], 'price-weighted', 0.5) }]
  assert.equal(
    `\n${renderProfile(shown({}, profile), outlooks, plain)}`,
    `
mine, your own: Mine
  models                  a/x, b/y
  provider.order          one
  provider.ignore         nobody
  provider.zdr            true
  provider.sort           by price, partition none
  provider.max_price      prompt 4
  strategy                adaptive
  parameters.temperature  0.2
  hold.holdMs             500
  timeouts.connectMs      1000
  endpoints               4 can be reached
  now first               a/x@one, then a/x@two, b/y@one and 1 more (ordered by price-weighted, drawn anew for each request)
`,
  )
})

test('a profile with auto is drawn with both tiers, and a tier that nobody serves says why', () => {
  const auto = { cheap: ['a/x'], strong: ['b/y'], strongShareRatio: 0.3 }
  const summary = { name: 'auto', isBuiltIn: true, isPractice: true, description: 'Two tiers', endpointCount: 1 }
  const outlooks = [
    { tier: 'cheap', explanation: outlook(['a/x@one'], 'price') },
    { tier: 'strong', explanation: outlook([]) },
  ] as const
  const drawn = renderProfile(shown(summary, { models: [], auto }), outlooks, plain).replaceAll('\u00a0', ' ')
  assert.equal(
    `\n${drawn}`,
    `
auto, built-in: Two tiers
  auto.cheap             a/x
  auto.strong            b/y
  auto.strongShareRatio  0.3: about 30 %
  endpoints              1 can be reached, all of them practice
  now first              cheap: a/x@one (ordered by price)
  now first              strong: nobody
                         No endpoint can be called.
                         one: it needs a key, set ONE_KEY.
                         two: it needs a key, set TWO_KEY.
`,
  )
})

test('only what is drawn among several is said to be drawn anew', () => {
  const textOf = (drawRatio?: number) => {
    const outlooks = [{ explanation: outlook(['a/x@one', 'b/y@one'], 'price-weighted', drawRatio) }]
    return renderProfile(shown({}, { models: ['a/x', 'b/y'] }), outlooks, plain)
  }
  assert.match(textOf(0.5), /b\/y@one \(ordered by price-weighted, drawn anew for each request\)/)
  assert.match(textOf(1), /b\/y@one \(ordered by price-weighted\)/)
  assert.match(textOf(), /b\/y@one \(ordered by price-weighted\)/)
})

test('no line is wider than the terminal', () => {
  const models = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `author/a-rather-long-model-${letter}`)
  const candidates = models.map((one) => `${one}@one`)
  const narrow = { isColored: false, widthColumns: 80 }
  const drawn = renderProfile(
    shown({}, { models }),
    [{ explanation: outlook(candidates, 'price-weighted', 0.5) }],
    narrow,
  )
  for (const line of drawn.split('\n')) assert.ok(line.length <= 80, line)
  for (const part of [...models, 'drawn anew']) assert.ok(drawn.includes(part), part)
})
