import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { JournalEntry } from '../../../daemon/core/journal/entry.ts'
import type { JournalFilter } from '../../../daemon/gateway/ports.ts'
import { auditJournal } from '../../../daemon/storage/auditJournal.ts'
import { type DiskCalls, systemDiskCalls } from '../../../daemon/storage/dayFile.ts'
import { type JournalFiles, openJournal } from '../../../daemon/storage/journalFiles.ts'
import { journalKeyPathOf, readJournalKey } from '../../../daemon/storage/journalKey.ts'
import { checkpointFor, endEntry, outlineOf } from '../../support/journalEntries.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { realisticRequest } from '../../support/realisticRequest.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'
import { waitFor } from '../../support/waitFor.ts'

const today = '2026-11-23'
const tomorrow = '2026-11-24'
const dayMs = 86_400_000

test('entries come back in order, from both ends, after a checkpoint that opens the file', (t) => {
  const { folder, open } = rig(t)
  const journal = open()
  assert.deepEqual(journal.days(), [])
  assert.equal(journal.append([endEntry(1), endEntry(2)], checkpointFor), undefined)
  assert.equal(journal.append([endEntry(3)], checkpointFor), undefined)
  assert.deepEqual(journal.days(), [today])
  assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 1, 2, 3])
  assert.deepEqual(newestFirst(journal), [3, 2, 1, 'checkpoint'])
  assert.deepEqual(outlineOf(newestEntries(journal, {}, 2)), [3, 2])
  assert.deepEqual(journal.readDay(today)?.[1], endEntry(1))
  assert.equal(statSync(join(folder, `${today}.jsonl`)).mode & 0o777, 0o600)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
})

test('an acknowledged append is in the file at once, and a journal that is opened again goes on', (t) => {
  const { open } = rig(t)
  open().append([endEntry(1)], checkpointFor)
  const again = open()
  again.append([endEntry(2)], checkpointFor)
  assert.deepEqual(outlineOf(again.readDay(today)), ['checkpoint', 1, 2])
})

test('a new UTC day opens a new file with the checkpoint of that day', (t) => {
  const { clock, open } = rig(t)
  const journal = open()
  journal.append([endEntry(1)], checkpointFor)
  clock.jump(dayMs)
  journal.append([endEntry(2)], checkpointFor)
  assert.deepEqual(journal.days(), [today, tomorrow])
  assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 1])
  assert.deepEqual(journal.readDay(tomorrow)?.[0], checkpointFor(tomorrow))
  assert.deepEqual(newestFirst(journal), [2, 'checkpoint', 1, 'checkpoint'])
})

test('a clock that jumps back goes on in the newest file', (t) => {
  const { clock, open } = rig(t)
  const journal = open()
  clock.jump(dayMs)
  journal.append([endEntry(1)], checkpointFor)
  clock.jump(-dayMs)
  journal.append([endEntry(2)], checkpointFor)
  const again = open()
  again.append([endEntry(3)], checkpointFor)
  assert.deepEqual(again.days(), [tomorrow])
  assert.deepEqual(outlineOf(again.readDay(tomorrow)), ['checkpoint', 1, 2, 3])
})

test('a file cut at every byte of its last line keeps all whole lines, and the torn bytes are kept aside', (t) => {
  const { folder, open } = rig(t)
  open().append([endEntry(1), endEntry(2)], checkpointFor)
  const path = join(folder, `${today}.jsonl`)
  const whole = readFileSync(path)
  const lastStart = whole.lastIndexOf('\n', whole.length - 2) + 1
  for (let cutAt = lastStart + 1; cutAt < whole.length; cutAt++) {
    writeFileSync(path, whole.subarray(0, cutAt))
    const journal = open()
    assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 1, 'recovered'], `cut at byte ${cutAt}`)
    const [recovered] = newestEntries(journal)
    assert.ok(recovered?.type === 'recovered' && recovered.tornFile !== undefined)
    assert.equal(recovered.tornBytes, cutAt - lastStart)
    assert.deepEqual(readFileSync(join(folder, 'torn', recovered.tornFile)), whole.subarray(lastStart, cutAt))
    assert.equal(journal.append([endEntry(3)], checkpointFor), undefined)
    assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 1, 'recovered', 3])
  }
})

test('a file cut in its first line is opened anew with a checkpoint, and the recovery is noted after it', (t) => {
  const { folder, open } = rig(t)
  open().append([endEntry(1)], checkpointFor)
  const path = join(folder, `${today}.jsonl`)
  const whole = readFileSync(path)
  for (const cutAt of [0, 1, 20, whole.indexOf('\n')]) {
    writeFileSync(path, whole.subarray(0, cutAt))
    const journal = open()
    assert.deepEqual(journal.days(), [])
    journal.append([endEntry(2)], checkpointFor)
    const noted = cutAt === 0 ? [] : ['recovered']
    assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', ...noted, 2])
  }
})

test('a torn line of an earlier day is noted in the next file', (t) => {
  const { folder, clock, open } = rig(t)
  open().append([endEntry(1)], checkpointFor)
  appendFileSync(join(folder, `${today}.jsonl`), '{"type":"en')
  clock.jump(dayMs)
  const journal = open()
  assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 1])
  journal.append([endEntry(2)], checkpointFor)
  assert.deepEqual(outlineOf(journal.readDay(tomorrow)), ['checkpoint', 'recovered', 2])
})

test('the zeros that a power cut leaves at the end are moved aside', (t) => {
  const { folder, open } = rig(t)
  open().append([endEntry(1)], checkpointFor)
  appendFileSync(join(folder, `${today}.jsonl`), Buffer.alloc(200_000))
  const journal = open()
  assert.deepEqual(newestFirst(journal), ['recovered', 1, 'checkpoint'])
})

test('unreadable lines in the middle are reported once and left out', (t) => {
  const { folder, log, open } = rig(t)
  open().append([endEntry(1)], checkpointFor)
  appendFileSync(join(folder, `${today}.jsonl`), 'no json, sk-secret\n{"type":"unheard"}\n\n')
  const journal = open()
  journal.append([endEntry(2)], checkpointFor)
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 1, 2])
    assert.deepEqual(newestFirst(journal), [2, 1, 'checkpoint'])
  }
  assert.equal(log.lines.length, 3)
  assert.match(log.lines[0] ?? '', /2026-11-23\.jsonl, byte \d+: expected a journal entry, found 18 unreadable bytes/)
  assert.equal(log.lines.join().includes('sk-secret'), false)
})

test('a journal of a newer schema is refused, and an older file of that kind is left out', (t) => {
  const { folder, clock, log, open } = rig(t)
  mkdirSync(folder)
  const path = join(folder, `${today}.jsonl`)
  writeFileSync(path, `${JSON.stringify({ ...checkpointFor(today), schema: 3 })}\n`)
  const before = readFileSync(path)
  const result = openJournal({ folder, clock, log })
  assert.ok(result.state === 'refused')
  assert.equal(result.failure.kind, 'ledger-unavailable')
  assert.match(result.failure.message, /expected journal schema 2 or older, found 3; .*update/)
  assert.deepEqual(readFileSync(path), before)

  writeFileSync(join(folder, `${tomorrow}.jsonl`), `${JSON.stringify(checkpointFor(tomorrow))}\n`)
  const journal = open()
  assert.equal(journal.readDay(today), undefined)
  assert.deepEqual(newestFirst(journal), ['checkpoint'])
  assert.deepEqual(readFileSync(path), before)
})

test('a search passes over what does not hold the text, undecoded, and over older days', (t) => {
  const { folder, clock, log, open } = rig(t)
  const journal = open()
  journal.append([endEntry(1), endEntry(2)], checkpointFor)
  // Reported when it is decoded.
  appendFileSync(join(folder, `${today}.jsonl`), 'no json\n')
  clock.jump(dayMs)
  const again = open()
  again.append([endEntry(1, 'x'.repeat(200_000)), endEntry(3)], checkpointFor)
  assert.deepEqual(newestFirst(again, { contains: '"request-1"' }), [1, 1])
  assert.deepEqual(newestFirst(again, { contains: '"request-2"' }), [2])
  assert.deepEqual(newestFirst(again, { contains: '"request-"' }), [])
  assert.deepEqual(newestFirst(again, { contains: '"request-1"', sinceDay: tomorrow }), [1])
  assert.deepEqual(newestFirst(again, { sinceDay: tomorrow }), [3, 1, 'checkpoint'])
  assert.deepEqual(log.lines, [])
  assert.deepEqual(newestFirst(again).length, 6)
  assert.equal(log.lines.length, 1)
})

test('a file in place of the journal folder is said once and reads as nothing, until it is gone', (t) => {
  const { folder, log, open } = rig(t)
  const journal = open()
  journal.append([endEntry(1)], checkpointFor)
  const aside = `${folder}-aside`
  for (let time = 1; time <= 2; time++) {
    renameSync(folder, aside)
    writeFileSync(folder, 'in the way')
    for (let look = 0; look < 2; look++) {
      assert.deepEqual(journal.days(), [])
      assert.deepEqual(newestFirst(journal), [])
    }
    assert.equal(journal.readDay(today), undefined)
    assert.equal(log.lines.filter((line) => line.includes(`${folder} is left out`)).length, time)
    rmSync(folder)
    renameSync(aside, folder)
    assert.deepEqual(journal.days(), [today])
    assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 1])
  }
})

test('a day whose file cannot be read is said once and left out, and the other days are read', (t) => {
  const { folder, clock, log, open } = rig(t)
  const journal = open()
  journal.append([endEntry(1)], checkpointFor)
  clock.jump(dayMs)
  journal.append([endEntry(2)], checkpointFor)
  const path = join(folder, `${today}.jsonl`)
  rmSync(path)
  mkdirSync(path)
  for (let look = 0; look < 2; look++) {
    assert.equal(journal.readDay(today), undefined)
    assert.deepEqual(newestFirst(journal), [2, 'checkpoint'])
  }
  assert.equal(log.lines.length, 1, log.lines.join('\n'))
  assert.match(log.lines[0] ?? '', /2026-11-23\.jsonl is left out: .*\(EISDIR\)/)
})

test('a full disk is said in words, and the next append tries again', { skip: !existsSync('/dev/full') }, (t) => {
  const { folder, open } = rig(t)
  mkdirSync(folder)
  const journal = open()
  symlinkSync('/dev/full', join(folder, `${today}.jsonl`))
  const failure = journal.append([endEntry(1)], checkpointFor)
  assert.equal(failure?.kind, 'ledger-unavailable')
  assert.match(failure?.message ?? '', /the disk is full \(ENOSPC\)/)
  assert.equal(journal.append([endEntry(2)], checkpointFor), undefined)
  assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 2])
})

test('a journal folder that cannot be made refuses appends until it can', (t) => {
  const { folder, open } = rig(t)
  writeFileSync(folder, 'a file in the way')
  assert.throws(() => open(), /refused/)
})

test('any sequence of appends, short writes and errors leaves whole lines: those acknowledged', (t) => {
  const { folder: parent } = rig(t)
  const fates = fc.constantFrom('whole', 'short', 'error', 'short, not cut back') as fc.Arbitrary<Fate>
  let run = 0
  const property = (steps: readonly { readonly fate: Fate; readonly takenRatio: number; readonly lines: number }[]) => {
    run++
    const disk = failingDisk()
    const folder = join(parent, `run-${run}`)
    const clock = createManualClock()
    const open = () => openedJournal({ folder, clock, log: createRecordingLog(), diskCalls: disk.calls })
    const journal = open()
    const acknowledged: number[] = []
    // Of the append that could not be cut back; while it stands, later ones write nothing.
    let standing: readonly number[] = []
    let next = 0
    for (const step of steps) {
      disk.nextFate(step.fate, step.takenRatio)
      const entries = Array.from({ length: step.lines }, () => endEntry(++next))
      const failure = journal.append(entries, checkpointFor)
      if (failure === undefined) acknowledged.push(...entries.map((entry) => entry.atMs))
      else assert.equal(failure.kind, 'ledger-unavailable')
      if (step.fate !== 'short, not cut back') standing = []
      else if (standing.length === 0) standing = entries.map((entry) => entry.atMs)
      const expected = acknowledged.length === 0 ? [] : ['checkpoint', ...acknowledged]
      assert.deepEqual(outlineOf(journal.readDay(today)), expected)
      assert.deepEqual(newestFirst(journal), [...expected].reverse())
    }
    disk.nextFate('whole')
    // What a process that is killed now leaves behind. Only lines of that unacknowledged append may stand there too.
    const reopened = open()
    const kept = outlineOf(reopened.readDay(today)).filter((one) => typeof one === 'number')
    assert.deepEqual(kept.slice(0, acknowledged.length), acknowledged)
    const surplus = kept.slice(acknowledged.length)
    assert.deepEqual(surplus, standing.slice(0, surplus.length))
    reopened.append([endEntry(++next)], checkpointFor)
    journal.close()
    reopened.close()
    const key = readJournalKey(journalKeyPathOf(folder))
    assert.ok(typeof key === 'object')
    assert.deepEqual(auditJournal({ folder, key, knownHeads: new Map() }).findings, [])
  }
  const step = fc.record({
    fate: fates,
    takenRatio: fc.double({ min: 0, max: 0.999, noNaN: true }),
    lines: fc.integer({ min: 1, max: 4 }),
  })
  fc.assert(fc.property(fc.array(step, { maxLength: 12 }), property), {
    numRuns: 120,
    // Found by chance: a whole line stands, left by the append before the last.
    examples: [
      [
        [
          { fate: 'whole', takenRatio: 0, lines: 1 },
          { fate: 'short, not cut back', takenRatio: 1 / 3, lines: 3 },
          { fate: 'short, not cut back', takenRatio: 0, lines: 1 },
        ],
      ],
    ],
  })
})

test('the part of a first append after a start that cannot be cut back is moved aside before the next', (t) => {
  const disk = failingDisk()
  const { open } = rig(t, disk.calls)
  open().append([endEntry(1)], checkpointFor)
  const journal = open()
  disk.nextFate('short, not cut back', 0.5)
  assert.equal(journal.append([endEntry(2)], checkpointFor)?.kind, 'ledger-unavailable')
  disk.nextFate('whole')
  assert.equal(journal.append([endEntry(3)], checkpointFor), undefined)
  assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 1, 'recovered', 3])
})

test('lines of any length and blocks of any number are read backwards as forwards', (t) => {
  const { folder: parent } = rig(t)
  let run = 0
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 150_000 }), { maxLength: 8 }), (paddings) => {
      run++
      const journal = openedJournal({
        folder: join(parent, `run-${run}`),
        clock: createManualClock(),
        log: createRecordingLog(),
      })
      journal.append(
        paddings.map((length, index) => endEntry(index, 'x€'.repeat(length / 4))),
        checkpointFor,
      )
      assert.deepEqual(newestEntries(journal).toReversed(), journal.readDay(today))
      assert.equal(journal.readDay(today)?.length, paddings.length + 1)
      for (const line of [0, 3, 7]) {
        const contains = `request-${line}"`
        const expected = line < paddings.length ? [line] : []
        assert.deepEqual(newestFirst(journal, { contains }), expected)
      }
      journal.close()
    }),
    { numRuns: 30 },
  )
})

test('the disk is asked to keep what was appended after 100 ms or 64 lines, and by flush', async (t) => {
  const disk = failingDisk()
  const { clock, open } = rig(t, disk.calls)
  const journal = open()
  journal.append([endEntry(1)], checkpointFor)
  disk.forgetSyncs()
  journal.append([endEntry(2)], checkpointFor)
  await clock.advance(99)
  assert.equal(disk.syncs(), 0)
  await clock.advance(1)
  await waitFor('the sync', () => disk.syncs() === 1)

  journal.append(
    Array.from({ length: 64 }, (_, index) => endEntry(index)),
    checkpointFor,
  )
  await waitFor('the sync', () => disk.syncs() === 2)
  journal.append([endEntry(3)], checkpointFor)
  assert.equal(journal.flush(), undefined)
  assert.equal(disk.syncs(), 3)
  journal.close()
  await clock.advance(1_000)
  assert.equal(clock.pendingTimers(), 0)
})

test('durable waits until the disk has what was appended; callers at one time share one sync', async (t) => {
  const disk = failingDisk()
  const { open } = rig(t, disk.calls)
  const journal = open()
  assert.equal(await journal.durable(), undefined)
  journal.append([endEntry(1)], checkpointFor)
  disk.forgetSyncs()
  const first = [journal.durable(), journal.durable()]
  journal.append([endEntry(2)], checkpointFor)
  // What comes after the sync began needs the next one.
  const second = [journal.durable(), journal.durable(), journal.durable()]
  assert.deepEqual(
    await Promise.all([...first, ...second]),
    Array.from({ length: 5 }, () => undefined),
  )
  assert.equal(disk.syncs(), 2)
  assert.equal(await journal.durable(), undefined)
  assert.equal(disk.syncs(), 2)
  journal.append([endEntry(3)], checkpointFor)
  disk.failSyncs(true)
  assert.match((await journal.durable())?.message ?? '', /input\/output error \(EIO\)/)
  disk.failSyncs(false)
  journal.append([endEntry(4)], checkpointFor)
  assert.equal(await journal.durable(), undefined)
})

test('a request with one attempt takes less than 1,200 bytes, its chain values and all', (t) => {
  const { clock, open } = rig(t)
  const journal = open()
  journal.append([endEntry(1)], checkpointFor)
  const before = journal.position()?.offsetBytes ?? 0
  const { reserve, end, request } = realisticRequest('4b73c659-25f2-4857-b610-f5b3bc0a3cdb', clock.wallMs())
  journal.append([reserve], checkpointFor)
  journal.append([end, request], checkpointFor)
  const bytes = (journal.position()?.offsetBytes ?? 0) - before
  assert.ok(bytes > 500 && bytes < 1_200, String(bytes))
  assert.deepEqual(journal.readDay(today)?.slice(-3), [reserve, end, request])
})

test('a disk that does not keep what it took refuses further appends until it does', async (t) => {
  const disk = failingDisk()
  const { clock, log, open } = rig(t, disk.calls)
  const journal = open()
  journal.append([endEntry(1)], checkpointFor)
  disk.failSyncs(true)
  await clock.advance(100)
  await waitFor('the report', () => log.lines.length > 0)
  assert.match(journal.append([endEntry(2)], checkpointFor)?.message ?? '', /input\/output error \(EIO\)/)
  disk.failSyncs(false)
  assert.equal(journal.append([endEntry(3)], checkpointFor), undefined)
  assert.deepEqual(outlineOf(journal.readDay(today)), ['checkpoint', 1, 3])
})

test('a closed journal refuses appends', (t) => {
  const { open } = rig(t)
  const journal = open()
  journal.append([endEntry(1)], checkpointFor)
  assert.equal(journal.close(), undefined)
  assert.equal(journal.append([endEntry(2)], checkpointFor)?.kind, 'ledger-unavailable')
})

test('a failed first append of a day leaves no file', (t) => {
  const disk = failingDisk()
  const { folder, clock, open } = rig(t, disk.calls)
  const journal = open()
  journal.append([endEntry(1)], checkpointFor)
  clock.jump(dayMs)
  disk.nextFate('short', 0.5)
  assert.equal(journal.append([endEntry(2)], checkpointFor)?.kind, 'ledger-unavailable')
  assert.deepEqual(readdirSync(folder), [`${today}.jsonl`])
  disk.nextFate('whole')
  assert.equal(journal.append([endEntry(3)], checkpointFor), undefined)
  assert.deepEqual(outlineOf(journal.readDay(tomorrow)), ['checkpoint', 3])
})

type Fate = 'whole' | 'short' | 'error' | 'short, not cut back'

/** The real disk, which can be told to take only a part of the next write, or to fail. */
function failingDisk() {
  let fate: Fate = 'whole'
  let ratio = 0
  let syncCount = 0
  let syncsFail = false
  const ioError = () => Object.assign(new Error('EIO'), { code: 'EIO', errno: -5 })
  const calls: DiskCalls = {
    write: (descriptor, bytes) => {
      if (fate === 'whole') return systemDiskCalls.write(descriptor, bytes)
      if (fate === 'error') throw ioError()
      return systemDiskCalls.write(descriptor, bytes.subarray(0, Math.floor(bytes.length * ratio)))
    },
    truncate: (descriptor, lengthBytes) => {
      if (fate === 'short, not cut back') throw ioError()
      systemDiskCalls.truncate(descriptor, lengthBytes)
    },
    sync: (descriptor, onDone) => {
      syncCount++
      if (syncsFail) setImmediate(onDone, ioError())
      else systemDiskCalls.sync(descriptor, onDone)
    },
    syncNow: (descriptor) => {
      syncCount++
      if (syncsFail) throw ioError()
      systemDiskCalls.syncNow(descriptor)
    },
  }
  return {
    calls,
    nextFate: (next: Fate, takenRatio = 0) => {
      fate = next
      ratio = takenRatio
    },
    syncs: () => syncCount,
    forgetSyncs: () => {
      syncCount = 0
    },
    failSyncs: (fail: boolean) => {
      syncsFail = fail
    },
  }
}

function rig(t: TestContext, diskCalls: DiskCalls = systemDiskCalls) {
  const folder = join(ownFolder(t), 'journal')
  const clock = createManualClock()
  const log = createRecordingLog()
  return { folder, clock, log, open: () => openedJournal({ folder, clock, log, diskCalls }) }
}

function openedJournal(options: Parameters<typeof openJournal>[0]): JournalFiles {
  const result = openJournal(options)
  if (result.state === 'refused') throw new Error(`refused: ${result.failure.message}`)
  return result.journal
}

function newestEntries(
  journal: JournalFiles,
  filter: JournalFilter = {},
  limit = Number.POSITIVE_INFINITY,
): readonly JournalEntry[] {
  const entries: JournalEntry[] = []
  journal.visitNewestFirst((entry) => entries.push(entry) < limit, filter)
  return entries
}

function newestFirst(journal: JournalFiles, filter?: JournalFilter): readonly (number | string)[] {
  return outlineOf(newestEntries(journal, filter))
}
