import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLog } from '../../../daemon/storage/logFile.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'

const clock = createManualClock()

test('a line says when, how grave, what and with which fields, for its user alone', (t) => {
  const path = join(ownFolder(t), 'log', 'waybill.log')
  const log = createLog({ path, clock, secrets: () => [] })
  log.info('started', { pid: 7 })
  log.error('failed', { cause: new Error('because') })
  const [first, second] = linesOf(path)
  assert.deepEqual(first, { at: '2026-11-23T12:00:00.000Z', level: 'info', message: 'started', pid: 7 })
  assert.equal(second?.cause?.message, 'because')
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

const secrets = ['sk-"quoted\\\u00e9\n', 'sk-canary', 'sk-canary-longer', '', 'abc']

test('no secret is ever written: not in messages, fields, names, errors, nor where a long line is cut', (t) => {
  const path = join(ownFolder(t), 'waybill.log')
  const log = createLog({ path, clock, secrets: () => secrets })
  for (const secret of secrets.filter((one) => one.length > 3)) {
    log.warn(`key ${secret}`, { deep: [{ [secret]: secret }], error: new Error(`bad ${secret}`) })
    for (let padding = 19_950; padding < 20_000; padding++) log.info('x'.repeat(padding), { secret })
  }
  const text = readFileSync(path, 'utf8')
  for (const hidden of ['canary', 'quoted', 'longer']) assert.equal(text.includes(hidden), false, hidden)
  assert.ok(text.includes('[secret]'))
  assert.equal(
    readFileSync(path, 'utf8')
      .split('\n')
      .every((line) => line === '' || JSON.parse(line)),
    true,
  )
})

test('at 5 MB the file is copied aside and goes on empty, so that output that is open on it is not lost', (t) => {
  const folder = ownFolder(t)
  const path = join(folder, 'waybill.log')
  const log = createLog({ path, clock, secrets: () => [] })
  log.info('first')
  const output = openSync(path, 'a')
  for (let round = 1; round <= 3; round++) {
    appendFileSync(path, 'x'.repeat(5_000_000 - statSync(path).size))
    log.info(`round ${round}`)
    writeSync(output, `output ${round}\n`)
    assert.equal(statSync(`${path}.1`).size, 5_000_000)
    assert.match(readFileSync(path, 'utf8'), new RegExp(`^{.*"round ${round}"}\noutput ${round}\n$`))
  }
  assert.deepEqual(readdirSync(folder), ['waybill.log', 'waybill.log.1'])
  assert.equal(statSync(`${path}.1`).mode & 0o777, 0o600)
})

test('nothing that goes wrong comes out of the log', (t) => {
  const folder = ownFolder(t)
  writeFileSync(join(folder, 'file'), '')
  const nowhere = createLog({ path: join(folder, 'file', 'waybill.log'), clock, secrets: () => [] })
  nowhere.info('lost')

  const circle: Record<string, unknown> = {}
  circle.circle = circle
  const path = join(folder, 'waybill.log')
  const log = createLog({ path, clock, secrets: () => [] })
  log.info('circle', circle)
  log.info('number', { big: 1n })
  assert.deepEqual(
    linesOf(path).map(({ message }) => message),
    ['circle', 'number'],
  )
  createLog({
    path,
    clock,
    secrets: () => {
      throw new Error('no secrets at hand')
    },
  }).info('lost')
})

test('a full disk costs a line, not the daemon', { skip: !existsSync('/dev/full') }, (t) => {
  const path = join(ownFolder(t), 'waybill.log')
  symlinkSync('/dev/full', path)
  createLog({ path, clock, secrets: () => [] }).info('lost')
})

function linesOf(
  path: string,
): readonly { readonly message?: string; readonly cause?: { readonly message: string } }[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}
