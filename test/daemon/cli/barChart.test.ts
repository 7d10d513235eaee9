import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renderBars } from '../../../daemon/cli/barChart.ts'

const bar = { label: 'Mon', solidRatio: 0, shadedRatio: 0, mark: '', value: '' }

function lines(bars: Parameters<typeof renderBars>[0], hasBlocks: boolean, widthColumns = 24) {
  return renderBars(bars, { widthColumns, hasBlocks }).split('\n').slice(0, -1)
}

test('on a terminal a bar is drawn to an eighth of a column, and what is shaded whole', () => {
  const bars = [
    { ...bar, solidRatio: 1, value: '$1.00' },
    { ...bar, solidRatio: 0.5, value: '$0.50' },
    { ...bar, solidRatio: 0.01, value: '$0.01' },
    { ...bar, solidRatio: 0.5, shadedRatio: 0.25, mark: '?', value: '~$0.75' },
    bar,
  ]
  assert.deepEqual(lines(bars, true), [
    'Mon  ██████████    $1.00',
    'Mon  █████         $0.50',
    'Mon  ▏             $0.01',
    'Mon  █████▒▒▒?    ~$0.75',
    `Mon${' '.repeat(21)}`,
  ])
})

test('elsewhere it is drawn with signs of every alphabet', () => {
  assert.deepEqual(lines([{ ...bar, solidRatio: 0.6, shadedRatio: 0.4, value: 'x' }], false, 18), [
    'Mon  ######~~~~  x',
  ])
})

test('whatever the amounts, all lines are as wide as they may be, and what is above 0 leaves a trace', () => {
  const ratio = fc.double({ min: 0, max: 0.5, noNaN: true })
  const some = fc.record({ solidRatio: ratio, shadedRatio: ratio, mark: fc.constantFrom('', '?') })
  fc.assert(
    fc.property(
      fc.array(some, { minLength: 1 }),
      fc.boolean(),
      fc.integer({ min: 30, max: 80 }),
      (all, blocks, width) => {
        const drawn = lines(
          all.map((one) => ({ ...bar, ...one })),
          blocks,
          width,
        )
        for (const [place, line] of drawn.entries()) {
          assert.equal([...line].length, width)
          const { solidRatio = 0, shadedRatio = 0 } = all[place] ?? {}
          assert.equal(/[▏▎▍▌▋▊▉█▒#~]/.test(line), solidRatio + shadedRatio > 0)
        }
      },
    ),
  )
})
