import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { RetentionLimits } from '../../../daemon/core/journal/daysToRemove.ts'
import { auditJournal } from '../../../daemon/storage/auditJournal.ts'
import { openJournal } from '../../../daemon/storage/journalFiles.ts'
import { journalKeyPathOf, readJournalKey } from '../../../daemon/storage/journalKey.ts'
import { checkpointFor, endEntry } from '../../support/journalEntries.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

const dayMs = 86_400_000
const days = ['2026-11-23', '2026-11-24', '2026-11-25']
const fileOf = (day = '') => `${day}.jsonl`

test('a journal of three days is whole, and its head is that of its last line', (t) => {
  const rig = journalOfThreeDays(t)
  const { head, lines, findings, notes } = rig.audit()
  assert.deepEqual([findings, notes, lines, head], [[], [], 15, rig.head])
  assert.match(rig.head, /^[A-Za-z0-9_-]{22}$/)
  assert.deepEqual(rig.audit(rig.head).findings, [])
})

test('what is found says file, line and what', (t) => {
  const rig = journalOfThreeDays(t)
  const rows: readonly (readonly [
    string,
    (lines: string[]) => string[],
    readonly (readonly [number | undefined, RegExp])[],
  ])[] = [
    [
      'an edit',
      (lines) => lines.map((line, index) => (index === 2 ? line.replace('overloaded', 'unreachable') : line)),
      [[3, /changed/]],
    ],
    ['a removal', (lines) => lines.toSpliced(2, 1), [[3, /changed, or what stood before it was removed/]]],
    ['a copy put in', (lines) => lines.toSpliced(3, 0, lines[1] ?? ''), [[4, /put in/]]],
    ['a line of another day put in', (lines) => lines.toSpliced(2, 0, rig.linesOf(days[0])[3] ?? ''), [[3, /put in/]]],
    ['no line of ours put in', (lines) => lines.toSpliced(2, 0, '{"t":"end"}'), [[3, /not a line of the chain/]]],
    [
      'two lines in each other’s place',
      (lines) => swapped(lines, 2),
      [
        [3, /put in/],
        [5, /changed/],
      ],
    ],
    ['the last line removed', (lines) => lines.slice(0, -1), []],
    [
      'the first line removed',
      (lines) => lines.slice(1),
      [
        [1, /opens 2026-11-24/],
        [1, /changed, or/],
      ],
    ],
    [
      'lines replaced by forgotten ones',
      (lines) => lines.map((line, index) => (index === 2 ? `{"rewritten":1${line.slice(-30)}` : line)),
      [[undefined, /1 lines stand for forgotten ones, 0 were forgotten/]],
    ],
  ]
  for (const [name, change, expected] of rows) {
    rig.reset()
    rig.writeLines(days[1], change([...rig.linesOf(days[1])]))
    const { findings } = rig.audit()
    const found = findings.filter(({ file }) => file === fileOf(days[1]))
    assert.deepEqual(
      found.map(({ line }) => line),
      expected.map(([line]) => line),
      `${name}: ${JSON.stringify(findings)}`,
    )
    for (const [index, [, pattern]] of expected.entries()) assert.match(found[index]?.what ?? '', pattern, name)
    assert.ok(findings.length > 0, name)
  }
})

test('a removed file, a renamed one and one that comes back are found', (t) => {
  const rig = journalOfThreeDays(t)
  const rows: readonly (readonly [string, () => void, string, RegExp])[] = [
    [
      'the oldest',
      () => rmSync(rig.pathOf(days[0])),
      fileOf(days[1]),
      /before it is missing, and no line says that it was removed/,
    ],
    ['one between', () => rmSync(rig.pathOf(days[1])), fileOf(days[2]), /whole files, were removed/],
    [
      'the newest, by the head',
      () => rmSync(rig.pathOf(days[2])),
      fileOf(days[1]),
      /no line has the chain value .* \(--head\): the end/,
    ],
    [
      'renamed',
      () => renameSync(rig.pathOf(days[2]), rig.pathOf('2026-11-26')),
      fileOf('2026-11-26'),
      /opens 2026-11-26/,
    ],
    [
      'a copy of another day',
      () => cpSync(rig.pathOf(days[0]), rig.pathOf(days[1])),
      fileOf(days[1]),
      /opens 2026-11-24/,
    ],
    ['everything', () => rmSync(rig.folder, { recursive: true }), 'journal.jsonl', /--head/],
  ]
  for (const [name, change, file, pattern] of rows) {
    rig.reset()
    change()
    const { findings } = rig.audit(rig.head)
    assert.ok(
      findings.some((one) => one.file === file && pattern.test(one.what)),
      `${name}: ${JSON.stringify(findings)}`,
    )
  }
})

test('a torn last line is told apart: before the next start and after it', (t) => {
  const rig = journalOfThreeDays(t)
  appendFileSync(rig.pathOf(days[2]), '{"t":"e')
  const before = rig.audit(rig.head)
  assert.deepEqual(before.findings, [])
  assert.match(before.notes[0]?.what ?? '', /7 bytes after the last whole line: torn, or being written/)
  rig.append(1)
  const after = rig.audit(rig.head)
  assert.deepEqual(after.findings, [])
  assert.match(after.notes[0]?.what ?? '', /a torn last line of 7 bytes was moved to torn\/2026-11-25-at-/)
})

test('another key fits no line', (t) => {
  const rig = journalOfThreeDays(t)
  writeFileSync(journalKeyPathOf(rig.folder), `${randomBytes(32).toString('base64url')}\n`)
  assert.equal(rig.audit().findings.length, 15)
})

test('a file of an older build stands before the chain, and only there', (t) => {
  const rig = journalOfThreeDays(t)
  const fixture = readFileSync('test/fixtures/journal/schema1.jsonl', 'utf8')
  writeFileSync(rig.pathOf('2026-11-22'), fixture)
  const { findings, notes } = rig.audit()
  assert.deepEqual([findings, notes.map(({ what }) => what)], [[], ['written by an older build, without a chain']])
  writeFileSync(rig.pathOf(days[1]), fixture)
  assert.match(rig.audit().findings[0]?.what ?? '', /no chain, and files before it have/)
})

test('any change of any range of bytes of any file is found, given the head', (t) => {
  const rig = journalOfThreeDays(t)
  const whole = days.map((day) => readFileSync(rig.pathOf(day)))
  const places = fc.record({
    day: fc.nat(days.length - 1),
    at: fc.nat(),
    length: fc.nat(400),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    to: fc.nat(),
  })
  const kinds = fc.constantFrom(
    'edit',
    'insert',
    'remove',
    'move',
    'cut',
    'copy line',
    'swap lines',
  ) as fc.Arbitrary<Change>
  let harmless = 0
  fc.assert(
    fc.property(kinds, places, (kind, place) => {
      const before = whole[place.day]
      assert.ok(before !== undefined)
      const after = changed(before, kind, place)
      if (after.equals(before)) {
        harmless += 1
        return
      }
      writeFileSync(rig.pathOf(days[place.day]), after)
      const { findings, notes } = rig.audit(rig.head)
      writeFileSync(rig.pathOf(days[place.day]), before)
      // Bytes behind the last line of the newest file are what a torn line looks like; nothing that was written is missing.
      const isTorn =
        place.day === 2 &&
        after.subarray(0, before.length).equals(before) &&
        !after.subarray(before.length).includes(0x0a)
      if (isTorn) assert.equal(notes.length, 1)
      else assert.ok(findings.length > 0, `${kind} ${JSON.stringify({ ...place, bytes: undefined })}`)
    }),
    { numRuns: 1_500 },
  )
  assert.ok(harmless < 300)
  assert.deepEqual(rig.audit(rig.head).findings, [])
})

test('a lost key is told once, a new chain is begun, and what stands before it is not called changed', (t) => {
  const rig = journalOfThreeDays(t)
  const key = readFileSync(journalKeyPathOf(rig.folder))
  rmSync(journalKeyPathOf(rig.folder))
  rig.append(41)
  rig.append(42)
  assert.equal(rig.warnings().filter((message) => message.includes('was lost')).length, 1)
  const line = rig.linesOf(days[2]).findIndex((text) => text.startsWith('{"t":"rekeyed"')) + 1
  const { findings, notes, uncheckedBefore, lines } = rig.audit(rig.head, days[2])
  assert.deepEqual(findings, [])
  assert.deepEqual([uncheckedBefore, lines], [{ file: fileOf(days[2]), line }, 3])
  assert.match(notes[0]?.what ?? '', /the key of the chain was lost/)
  // From there on everything is found again.
  const whole = rig.linesOf(days[2])
  rig.writeLines(days[2], whole.toSpliced(line, 1))
  assert.equal(rig.audit().findings.length, 1)
  rig.writeLines(days[2], whole)
  // A new day begins with the checkpoint, and the note follows.
  rmSync(journalKeyPathOf(rig.folder))
  rig.append(43, dayMs)
  const next = rig.audit(rig.head, days[2])
  assert.deepEqual([next.findings, next.uncheckedBefore], [[], { file: fileOf('2026-11-26'), line: 2 }])
  // The key that is put back fits what was written with it, and nothing after.
  writeFileSync(journalKeyPathOf(rig.folder), key)
  assert.notDeepEqual(rig.audit().findings, [])
})

test('a key that is none refuses lines, and says what to do', (t) => {
  const rig = journalOfThreeDays(t)
  writeFileSync(journalKeyPathOf(rig.folder), 'garbage')
  assert.match(rig.append(41) ?? '', /journal\.key: expected .* put it back from a copy, or move it away/)
  assert.equal(readFileSync(journalKeyPathOf(rig.folder), 'utf8'), 'garbage')
})

test('a head of a day that retention removed is no cut end, and one of a day that is there still is', (t) => {
  const rig = journalOfThreeDays(t)
  // Of the middle of the first day.
  const early = /"~":"(.{22})"}$/.exec(rig.linesOf(days[0])[2] ?? '')?.[1]
  rig.append(41, dayMs, { keepDays: 3, maxBytes: Number.MAX_SAFE_INTEGER })
  assert.deepEqual(rig.audit(early, days[0]).findings, [])
  assert.match(rig.audit(early, days[0]).notes.at(-1)?.what ?? '', /may lie in the days that were removed$/)
  assert.match(rig.audit(early).notes.at(-1)?.what ?? '', /give it as DAY:HEAD/)
  assert.match(rig.audit('x'.repeat(22), days[1]).findings[0]?.what ?? '', /was cut off/)
})

type Change = 'edit' | 'insert' | 'remove' | 'move' | 'cut' | 'copy line' | 'swap lines'
type Place = { readonly at: number; readonly length: number; readonly bytes: Uint8Array; readonly to: number }

function changed(content: Buffer, kind: Change, { at, length, bytes, to }: Place): Buffer {
  const start = at % content.length
  const end = Math.min(content.length, start + 1 + length)
  const range = content.subarray(start, end)
  const without = Buffer.concat([content.subarray(0, start), content.subarray(end)])
  const lines = content.toString('utf8').trimEnd().split('\n')
  const line = at % lines.length
  const text = (changedLines: readonly string[]) => Buffer.from(`${changedLines.join('\n')}\n`)
  switch (kind) {
    case 'edit':
      return Buffer.concat([
        content.subarray(0, start),
        bytes,
        content.subarray(Math.min(content.length, start + bytes.length)),
      ])
    case 'insert':
      return Buffer.concat([content.subarray(0, start), bytes, content.subarray(start)])
    case 'remove':
      return without
    case 'move': {
      const target = to % (without.length + 1)
      return Buffer.concat([without.subarray(0, target), range, without.subarray(target)])
    }
    case 'cut':
      return content.subarray(0, start)
    case 'copy line':
      return text(lines.toSpliced(to % (lines.length + 1), 0, lines[line] ?? ''))
    case 'swap lines':
      return text(swapped(lines, line))
  }
}

function swapped(lines: readonly string[], at: number): string[] {
  const [one = '', other] = lines.slice(at, at + 2)
  return other === undefined ? [...lines] : lines.toSpliced(at, 2, other, one)
}

function journalOfThreeDays(t: TestContext) {
  const parent = ownFolder(t)
  const folder = join(parent, 'journal')
  const clock = createManualClock()
  const log = createRecordingLog()
  const open = (limits?: RetentionLimits) => {
    const result = openJournal({ folder, clock, log, ...(limits !== undefined && { retention: () => limits }) })
    assert.ok(result.state === 'opened')
    return result.journal
  }
  const journal = open()
  for (const [index] of days.entries()) {
    if (index > 0) clock.jump(dayMs)
    const number = index * 10
    journal.append([endEntry(number + 1), endEntry(number + 2)], checkpointFor)
    journal.append([endEntry(number + 3), endEntry(number + 4)], checkpointFor)
  }
  const head = journal.position()?.head ?? ''
  journal.close()
  const copy = join(parent, 'copy')
  cpSync(folder, copy, { recursive: true })
  const pathOf = (day = '') => join(folder, fileOf(day))
  return {
    folder,
    head,
    pathOf,
    reset: () => {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder)
      for (const name of readdirSync(copy)) cpSync(join(copy, name), join(folder, name))
    },
    linesOf: (day = '') => readFileSync(pathOf(day), 'utf8').trimEnd().split('\n'),
    writeLines: (day = '', lines: readonly string[] = []) => writeFileSync(pathOf(day), `${lines.join('\n')}\n`),
    warnings: () => log.lines.filter((line) => line.startsWith('warn')),
    /** With a start before and an end after it; answers what is wrong. */
    append: (number: number, laterMs = 0, limits?: RetentionLimits) => {
      clock.jump(laterMs)
      const again = open(limits)
      const failure = again.append([endEntry(number)], checkpointFor)
      again.close()
      return failure?.message
    },
    audit: (knownHead?: string, day?: string) => {
      const key = readJournalKey(journalKeyPathOf(folder))
      assert.ok(typeof key === 'object')
      return auditJournal({
        folder,
        key,
        knownHeads: new Map(
          knownHead === undefined ? [] : [[knownHead, { source: '--head', ...(day !== undefined && { day }) }]],
        ),
      })
    },
  }
}
