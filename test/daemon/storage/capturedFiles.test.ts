import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type CaptureSettings, createCapturedFiles } from '../../../daemon/storage/capturedFiles.ts'
import { requestIdSchema } from '../../../shared/domain/ids.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const dayMs = 86_400_000

function rig(t: TestContext, given: Partial<CaptureSettings> = {}) {
  const folder = join(ownFolder(t), 'captured')
  const clock = createManualClock()
  const { lines, ...log } = createRecordingLog()
  const settings = () => ({ workspaces: ['/one', '/two'], ...given })
  const captured = createCapturedFiles({ folder, settings, secrets: () => ['a-known-secret'], clock, log })
  const keep = (name: string, more: { readonly workspace?: string; readonly answer?: string } = {}) => {
    const messages = [{ role: 'user', text: `say ${name}` }]
    const requestId = requestIdSchema.parse(`request-${name}`)
    captured.keep({ requestId, workspace: '/one', atMs: clock.wallMs(), messages, answer: name, ...more })
  }
  const isThere = (name: string) => captured.find(`request-${name}`) !== undefined
  return {
    folder,
    clock,
    lines,
    captured,
    keep,
    isThere,
    days: () => (existsSync(folder) ? readdirSync(folder).sort() : []),
  }
}

test('only named workspaces are wanted, and none without settings', (t) => {
  const { captured, clock } = rig(t)
  assert.deepEqual(['/one', '/one/below', '/three'].map(captured.isWanted), [true, false, false])
  const { lines, ...log } = createRecordingLog()
  const off = createCapturedFiles({ folder: '/none', settings: () => undefined, secrets: () => [], clock, log })
  assert.equal(off.isWanted('/one'), false)
})

test('what is kept is found again, for its owner alone, without secrets, and written in a later turn', async (t) => {
  const { folder, clock, captured, keep, days } = rig(t)
  keep('a', { answer: `the key is a-known-secret or sk-${'x'.repeat(30)}` })
  assert.deepEqual(days(), [])
  await clock.advance(0)
  assert.deepEqual(days(), ['2026-11-23.jsonl'])
  const path = join(folder, '2026-11-23.jsonl')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.doesNotMatch(readFileSync(path, 'utf8'), /a-known-secret|xxxx/)
  assert.deepEqual(captured.find('request-a'), {
    messages: [{ role: 'user', text: 'say a' }],
    answer: 'the key is [secret] or [secret]',
  })
  assert.equal(captured.find('request-b'), undefined)
})

test('a piece that a crash left costs nothing but itself', (t) => {
  const { folder, keep, isThere } = rig(t)
  keep('a')
  assert.ok(isThere('a'))
  appendFileSync(join(folder, '2026-11-23.jsonl'), '{"requestId":"request-x"\n')
  keep('b')
  assert.deepEqual(['a', 'x', 'b'].map(isThere), [true, false, true])
})

test('days go by age', (t) => {
  const { clock, keep, isThere, days } = rig(t, { keepDays: 3 })
  for (const name of ['a', 'b', 'c', 'd']) {
    keep(name)
    assert.ok(isThere(name))
    clock.jump(dayMs)
  }
  assert.deepEqual(days(), ['2026-11-24.jsonl', '2026-11-25.jsonl', '2026-11-26.jsonl'])
})

test('days go by size, the oldest first, and a full day takes no more', (t) => {
  const { clock, keep, isThere, days, lines } = rig(t, { maxMegabytes: 1 })
  const half = 'x'.repeat(450_000)
  for (const name of ['a', 'b', 'c']) {
    keep(name, { answer: half })
    assert.ok(isThere(name))
    clock.jump(dayMs)
  }
  assert.deepEqual(days(), ['2026-11-24.jsonl', '2026-11-25.jsonl'])
  for (const name of ['d', 'e', 'f']) {
    keep(name, { answer: half })
    isThere(name)
  }
  assert.deepEqual(['d', 'e', 'f'].map(isThere), [true, true, false])
  assert.match(lines.join(), /has all of the 1 MB/)
})

test('what is forgotten is in no file any more, and all else is', (t) => {
  const { folder, clock, captured, keep, days } = rig(t)
  for (const [name, workspace] of [
    ['a', '/one'],
    ['b', '/two'],
    ['c', '/one'],
  ] as const)
    keep(name, { workspace })
  captured.find('request-a')
  clock.jump(dayMs)
  keep('d')
  captured.find('request-d')
  appendFileSync(join(folder, '2026-11-23.jsonl'), 'a piece of /one\n')
  assert.deepEqual(
    captured.forget(({ workspace }) => workspace === '/one'),
    [],
  )
  assert.deepEqual(days(), ['2026-11-23.jsonl'])
  const left = readFileSync(join(folder, '2026-11-23.jsonl'), 'utf8')
  assert.doesNotMatch(left, /\/one/)
  assert.match(left, /request-b/)
  captured.forget(() => true)
  assert.deepEqual(days(), [])
})
