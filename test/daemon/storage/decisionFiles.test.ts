import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { explainPlan } from '../../../daemon/core/routing/explainPlan.ts'
import type { PlanInput } from '../../../daemon/core/routing/planInput.ts'
import { planRoute } from '../../../daemon/core/routing/planRoute.ts'
import type { Decision } from '../../../daemon/gateway/ports.ts'
import { createDecisionFiles } from '../../../daemon/storage/decisionFiles.ts'
import type { RequestId } from '../../../shared/domain/ids.ts'
import { endpoint, planInputs, planned, plannedModels } from '../../support/endpoints.ts'
import { settingsWith } from '../../support/gatewayRig.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const dayMs = 86_400_000
const settings = settingsWith([endpoint('a/x@one', { supportedParameters: new Set(['seed']) })])
const id = (name: string) => name as RequestId

function rig(context: TestContext, startAtMs?: number) {
  const folder = join(ownFolder(context), 'decisions')
  const clock = createManualClock(startAtMs)
  const log = createRecordingLog()
  return { folder, clock, log, open: () => createDecisionFiles(folder, clock, log) }
}

function decision(name: string, nowMs: number, more: Partial<PlanInput> = {}): Decision {
  const input: PlanInput = {
    nowMs,
    seed: 1,
    models: plannedModels([planned('a/x@one'), planned('a/x@two')]),
    preferences: {},
    needs: { inputTokens: 1, requiredOutputTokens: 1, parameters: [], modalities: [] },
    ...more,
  }
  return { requestId: id(name), input, plan: planRoute(input), settings }
}

const linesIn = (folder: string, day: string) =>
  readFileSync(join(folder, `${day}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')

test('a decision is found before and after it is written, and after the files are opened again', async (context) => {
  const { clock, open } = rig(context)
  const files = open()
  const made = decision('request-1', clock.wallMs())
  files.record(made)
  const expected = [{ atMs: made.input.nowMs, plan: made.plan, input: made.input }]
  assert.deepEqual(files.find(id('request-1')), expected)
  await clock.advance(1_000)
  assert.deepEqual(files.find(id('request-1')), expected)
  files.close()
  const again = open()
  assert.deepEqual(again.find(id('request-1')), expected)
  assert.deepEqual(again.find(id('request-')), [])
  again.close()
})

test('generated decisions come back from the files as they were and give their plans byte for byte', (context) => {
  // The moment at which the generated inputs are planned.
  const { open } = rig(context, 1_000)
  const files = open()
  let count = 0
  fc.assert(
    fc.property(planInputs, (input) => {
      count += 1
      const requestId = id(`request-${count}`)
      files.record({ requestId, input, plan: planRoute(input), settings })
      const [found] = files.find(requestId)
      assert.ok(found !== undefined)
      assert.equal(JSON.stringify(found.input), JSON.stringify(input))
      assert.equal(explainPlan(found).recomputed, 'same')
    }),
    { numRuns: 300 },
  )
  files.close()
})

test('nothing is written at once; after a second it is, in files that only the user reads', async (context) => {
  const { folder, clock, open } = rig(context)
  const files = open()
  files.record(decision('request-1', clock.wallMs()))
  await clock.advance(999)
  assert.equal(existsSync(folder), false)
  await clock.advance(1)
  assert.deepEqual(readdirSync(folder), ['2026-11-23.jsonl'])
  assert.equal(statSync(join(folder, '2026-11-23.jsonl')).mode & 0o777, 0o600)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  files.close()
})

test('64 KB are written without waiting for the second', async (context) => {
  const { folder, clock, open } = rig(context)
  const files = open()
  for (let index = 0; index < 200; index += 1) files.record(decision(`request-${index}`, clock.wallMs()))
  await clock.advance(0)
  assert.ok(statSync(join(folder, '2026-11-23.jsonl')).size >= 64 * 1024)
  files.close()
})

test('facts are written once a file, however many decisions name them', async (context) => {
  const { folder, clock, open } = rig(context)
  const files = open()
  for (const name of ['request-1', 'request-2', 'request-3']) files.record(decision(name, clock.wallMs()))
  files.close()
  const kinds = linesIn(folder, '2026-11-23').map((line) => Object.keys(JSON.parse(line))[1])
  assert.deepEqual(kinds, ['facts', 'facts', 'requestId', 'requestId', 'requestId'])
})

test('several plans of one request come oldest first, also over midnight', async (context) => {
  const { clock, open } = rig(context)
  const files = open()
  const beforeMs = Date.UTC(2026, 10, 23, 23, 59, 59)
  for (const atMs of [beforeMs, beforeMs + 500, beforeMs + 2_000]) files.record(decision('request-1', atMs))
  await clock.advance(1_000)
  assert.deepEqual(
    files.find(id('request-1')).map(({ atMs }) => atMs - beforeMs),
    [0, 500, 2_000],
  )
  files.close()
})

test('fourteen days are kept; older files go when a new day begins and when the files are opened', async (context) => {
  const { folder, clock, open } = rig(context)
  mkdirSync(folder)
  for (const day of ['2026-11-09', '2026-11-10', '2026-11-11']) writeFileSync(join(folder, `${day}.jsonl`), '')
  const files = open()
  assert.deepEqual(readdirSync(folder), ['2026-11-10.jsonl', '2026-11-11.jsonl'])
  clock.jump(dayMs)
  files.record(decision('request-1', clock.wallMs()))
  await clock.advance(1_000)
  assert.deepEqual(readdirSync(folder), ['2026-11-11.jsonl', '2026-11-24.jsonl'])
  files.close()
})

test('a folder that cannot be written is one warning, and later decisions are kept once it can', async (context) => {
  const { folder, clock, log, open } = rig(context)
  const files = open()
  writeFileSync(folder, 'in the way')
  for (const name of ['request-1', 'request-2']) {
    files.record(decision(name, clock.wallMs()))
    await clock.advance(1_000)
  }
  assert.equal(log.lines.filter((line) => line.startsWith('warn decisions cannot be kept')).length, 1)
  rmSync(folder)
  const made = decision('request-3', clock.wallMs())
  files.record(made)
  await clock.advance(1_000)
  assert.deepEqual(files.find(id('request-3'))[0]?.input, made.input)
  assert.deepEqual(files.find(id('request-1')), [])
  files.close()
})

test('a half line that a killed process left does not swallow the next one', async (context) => {
  const { folder, clock, open } = rig(context)
  mkdirSync(folder)
  appendFileSync(join(folder, '2026-11-23.jsonl'), '{"schema":1,"requestId":"request-0","at')
  const files = open()
  files.record(decision('request-1', clock.wallMs()))
  assert.equal(files.find(id('request-1')).length, 1)
  assert.deepEqual(files.find(id('request-0')), [])
  files.close()
})

test('facts that are gone leave the plan without its input; another schema is no decision', (context) => {
  const { folder, clock, open } = rig(context)
  const files = open()
  files.record(decision('request-1', clock.wallMs()))
  files.close()
  const lines = linesIn(folder, '2026-11-23')
  const path = join(folder, '2026-11-23.jsonl')
  writeFileSync(path, `${lines.slice(1).join('\n')}\n`)
  const again = open()
  const [found] = again.find(id('request-1'))
  assert.ok(found !== undefined)
  assert.equal(explainPlan(found).recomputed, 'inputs-missing')
  writeFileSync(path, `${lines.join('\n').replaceAll('"schema":1', '"schema":2')}\n`)
  assert.deepEqual(again.find(id('request-1')), [])
  again.close()
})
