import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type RollUp, rollUpAt } from '../../../daemon/core/metrics/rollUp.ts'
import { createRollUpFiles } from '../../../daemon/storage/rollUpFiles.ts'
import { silentLog } from '../../support/gatewayRig.ts'

const key = {
  endpoint: 'a/x@one',
  provider: 'one',
  model: 'a/x',
  isPractice: false,
  profile: 'w',
  workspace: '',
  user: 'u',
  prompt: '',
  client: 'c',
}

test('what is written is read again; what is missing, damaged or newer is made anew', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-rollups-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const files = createRollUpFiles(folder, silentLog)
  const rollUps = new Map<string, RollUp>()
  rollUpAt(rollUps, key).requests = 3
  files.write('2026-11-22', [...rollUps.values()])
  assert.deepEqual(files.read('2026-11-22'), [...rollUps.values()])
  assert.equal(files.read('2026-11-21'), undefined)
  writeFileSync(join(folder, '2026-11-20.json'), '{ torn')
  assert.equal(files.read('2026-11-20'), undefined)
  writeFileSync(join(folder, '2026-11-19.json'), '{"schema":2,"rollUps":[]}')
  assert.equal(files.read('2026-11-19'), undefined)
})

test('a folder that cannot be written is a warning, not an error', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-rollups-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'file'), '')
  const warnings: string[] = []
  const log = { ...silentLog, warn: (message: string) => warnings.push(message) }
  createRollUpFiles(join(folder, 'file', 'rollups'), log).write('2026-11-22', [])
  assert.equal(warnings.length, 1)
})
