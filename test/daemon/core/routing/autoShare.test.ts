import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseByShare, freshShare, onShared } from '../../../../daemon/core/routing/autoShare.ts'
import { createIntegerRandom } from '../../../../daemon/core/routing/integerRandom.ts'

/** Which requests were strong, and how many the guard decided. */
function simulate(ratio: number, scores: Iterable<number>) {
  let state = freshShare
  const strong: boolean[] = []
  let forced = 0
  for (const score of scores) {
    const choice = chooseByShare(state, ratio, score)
    strong.push(choice.isStrong)
    if (choice.isForced) forced += 1
    state = onShared(state, { ratio, score, threshold: choice.threshold, isStrong: choice.isStrong })
  }
  return { strong, forced }
}

/** In points, over every 200 requests in a row. */
function worstMiss(strong: readonly boolean[], ratio: number): number {
  let worst = 0
  for (let first = 0; first + 200 <= strong.length; first += 1) {
    const count = strong.slice(first, first + 200).filter(Boolean).length
    worst = Math.max(worst, Math.abs(count / 200 - ratio) * 100)
  }
  return worst
}

type Draw = () => number
const distributions: readonly { readonly name: string; readonly scoreOf: (draw: Draw, index: number) => number }[] = [
  { name: 'even', scoreOf: (draw) => draw() * 4 - 2 },
  { name: 'bell', scoreOf: (draw) => draw() + draw() + draw() + draw() - 2 },
  { name: 'two heaps', scoreOf: (draw) => (draw() < 0.8 ? -2 : 2) + draw() / 10 },
  { name: 'long tail', scoreOf: (draw) => -Math.log(1 - draw()) },
  { name: 'all the same', scoreOf: () => 0.7 },
  { name: 'far off', scoreOf: (draw) => 5 + draw() },
  { name: 'drifting', scoreOf: (draw, index) => draw() + index / 300 },
  { name: 'jumping each 100', scoreOf: (draw, index) => draw() + (Math.floor(index / 100) % 2) * 6 - 3 },
]

for (const { name, scoreOf } of distributions) {
  test(`the stated share is held within 5 points over any 200 requests: scores ${name}`, () => {
    for (const ratio of [0, 0.05, 0.3, 0.5, 0.9, 1]) {
      for (const seed of [1, 2, 3]) {
        const draw = createIntegerRandom(seed).ratio
        const { strong } = simulate(
          ratio,
          Array.from({ length: 2_000 }, (_, index) => scoreOf(draw, index)),
        )
        const miss = worstMiss(strong, ratio)
        assert.ok(miss <= 5 + 1e-6, `share ${ratio}, seed ${seed}: ${miss} points off`)
      }
    }
  })
}

test('hostile scores, which know the threshold, are held too', () => {
  for (const mood of ['always over', 'always under', 'in turns']) {
    let state = freshShare
    const strong: boolean[] = []
    for (let index = 0; index < 1_000; index += 1) {
      const isOver = mood === 'always over' || (mood === 'in turns' && Math.floor(index / 50) % 2 === 0)
      const score = chooseByShare(state, 0.3, 0).threshold + (isOver ? 1 : -1)
      const { isStrong, threshold } = chooseByShare(state, 0.3, score)
      strong.push(isStrong)
      state = onShared(state, { ratio: 0.3, score, threshold, isStrong })
    }
    assert.ok(worstMiss(strong, 0.3) <= 5 + 1e-6, mood)
  }
})

test('any scores and any share: the surplus never leaves five calls', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { maxLength: 400 }),
      (ratio, scores) => {
        let surplus = 0
        for (const isStrong of simulate(ratio, scores).strong) {
          surplus += (isStrong ? 1 : 0) - ratio
          assert.ok(Math.abs(surplus) <= 5 + 1e-6)
        }
      },
    ),
    { numRuns: 500, verbose: true },
  )
})

test('with steady scores the hard ones are strong: the guard seldom decides', () => {
  const random = createIntegerRandom(7)
  const scores = Array.from({ length: 4_000 }, () => random.ratio())
  const { strong, forced } = simulate(0.3, scores)
  const isHard = scores.map((score) => score > 0.7)
  const agreeing = strong.filter((isStrong, index) => isStrong === isHard[index]).length / scores.length
  assert.ok(forced / scores.length < 0.02, `the guard decided ${forced} of 4,000`)
  assert.ok(agreeing > 0.8, `only ${agreeing} as the scores say`)
})
