import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCatalog } from '../../../daemon/gateway/catalog.ts'
import {
  createCatalogRefresh,
  documentOf,
  type FetchedText,
  type KeptCatalog,
  type RefreshSettings,
} from '../../../daemon/gateway/catalogRefresh.ts'
import { provider } from '../../support/endpoints.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const minuteMs = 60_000
const signal = new AbortController().signal
const pricedAt = (input: number) => JSON.stringify({ openai: { models: { x: { cost: { input, output: 1 } } } } })
const fetchedText = (input: number): FetchedText => ({ state: 'fetched', text: pricedAt(input) })
const failed: FetchedText = { state: 'failed', reason: 'nobody answers' }

function rig(first: FetchedText = fetchedText(1)) {
  const clock = createManualClock()
  const log = createRecordingLog()
  const asked: string[] = []
  const world = {
    answer: first,
    isWatched: true,
    kept: undefined as KeptCatalog | undefined,
    settings: { url: 'https://one/api.json', refreshHours: 24, providers: [] } as RefreshSettings,
  }
  const catalog = createCatalog({
    snapshot: () => undefined,
    lastGood: () =>
      world.kept?.url === world.settings.url
        ? world.kept && documentOf(world.kept.text, world.kept.fetchedOn)
        : undefined,
    log,
  })
  const refresh = createCatalogRefresh({
    catalog,
    clock,
    log,
    fetch: {
      document: async (url) => {
        asked.push(url)
        return world.answer
      },
      modelList: async (id) => {
        asked.push(id)
        return { state: 'fetched', texts: ['{"data":[{"id":"first"}]}', '{"data":[{"id":"second"}]}'] }
      },
    },
    file: {
      read: () => world.kept,
      write: (kept) => {
        world.kept = kept
      },
    },
    settings: () => world.settings,
    isWatched: () => world.isWatched,
  })
  const priceNow = () => catalog.modelsOf('openai')[0]?.prices[0]?.cost.input
  /** How often somebody was asked since the last time that this was called. */
  const askedMeanwhile = async (durationMs: number) => {
    asked.length = 0
    await clock.advance(durationMs)
    return asked.length
  }
  return { catalog, refresh, clock, log, world, asked, priceNow, askedMeanwhile }
}

test('a fetch that failed is tried again after 1, 2, 4... minutes, and not later than a good one', async () => {
  const { refresh, world, log, priceNow, askedMeanwhile, clock } = rig(failed)
  refresh.start()
  assert.equal(await askedMeanwhile(minuteMs - 1), 1)
  assert.match(refresh.problem() ?? '', /could not be fetched: nobody answers/)
  // At 1, 3 and 7 minutes; then at 15, 31 and 63.
  assert.equal(await askedMeanwhile(9 * minuteMs), 3)
  assert.equal(await askedMeanwhile(56 * minuteMs), 3)
  assert.equal(log.lines.filter((line) => line.includes('could not be fetched')).length, 1)
  world.answer = fetchedText(2)
  await clock.advance(64 * minuteMs)
  assert.equal(refresh.problem(), undefined)
  assert.equal(priceNow(), 2)
  assert.equal(await askedMeanwhile(20 * 60 * minuteMs), 0)
  assert.equal(await askedMeanwhile(5 * 60 * minuteMs), 1)
  refresh.stop()
})

test('another URL is fetched at once, and what came from the old one counts no more', async () => {
  const { refresh, world, asked, priceNow, askedMeanwhile } = rig(fetchedText(1))
  refresh.start()
  await askedMeanwhile(minuteMs)
  assert.equal(priceNow(), 1)
  world.settings = { ...world.settings, url: 'https://two/api.json' }
  world.answer = failed
  refresh.onChange()
  assert.equal(priceNow(), undefined)
  assert.equal(await askedMeanwhile(1_000), 1)
  assert.deepEqual(asked, ['https://two/api.json'])
  assert.match(refresh.problem() ?? '', /nobody answers/)
  world.settings = { refreshHours: 24, providers: [] }
  refresh.onChange()
  assert.equal(refresh.problem(), undefined)
  // Back at the first: its last good one is still there, also when it says that nothing has changed.
  world.settings = { ...world.settings, url: 'https://one/api.json' }
  world.answer = { state: 'unchanged' }
  refresh.onChange()
  assert.equal(await askedMeanwhile(1_000), 1)
  assert.equal(priceNow(), 1)
  refresh.stop()
})

test('what somebody asks for says what went wrong, and ends or begins a problem', async () => {
  const { refresh, world } = rig(failed)
  assert.match((await refresh.now(signal)).join(), /nobody answers/)
  assert.match(refresh.problem() ?? '', /nobody answers/)
  world.answer = { state: 'fetched', text: '<html>' }
  assert.match((await refresh.now(signal)).join(), /expected JSON/)
  world.answer = fetchedText(3)
  assert.deepEqual(await refresh.now(signal), [])
  assert.equal(refresh.problem(), undefined)
})

test('servers on this machine are asked at the start, then every minute as long as somebody is connected', async () => {
  const { refresh, world, asked, askedMeanwhile, clock } = rig()
  const near = { id: provider('near'), kind: 'ollama', isNear: true }
  const far = { id: provider('far'), kind: 'openai', isNear: false }
  world.settings = { refreshHours: 24, providers: [near, far] }
  world.isWatched = false
  refresh.start()
  assert.equal(await askedMeanwhile(10 * minuteMs), 1)
  assert.equal(clock.pendingTimers(), 0)
  world.isWatched = true
  refresh.onChange()
  assert.equal(await askedMeanwhile(minuteMs), 1)
  assert.equal(await askedMeanwhile(5 * minuteMs), 5)
  assert.deepEqual([...new Set(asked)], ['near'])
  // A second client changes nothing.
  refresh.onChange()
  assert.equal(await askedMeanwhile(minuteMs), 1)
  world.isWatched = false
  refresh.onChange()
  assert.ok((await askedMeanwhile(10 * minuteMs)) <= 1)
  refresh.stop()
  assert.equal(clock.pendingTimers(), 0)
})

test('all pages of a list count, and on request every provider is asked', async () => {
  const { refresh, catalog, world, asked } = rig()
  world.settings = { refreshHours: 24, providers: [{ id: provider('far'), kind: 'openai', isNear: false }] }
  assert.deepEqual(await refresh.now(signal), [])
  assert.deepEqual(asked, ['far'])
  assert.deepEqual(
    catalog.discovered(provider('far')).map(({ upstreamModel }) => upstreamModel),
    ['first', 'second'],
  )
})
