import assert from 'node:assert/strict'
import { appendFileSync, copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { createLedger, type Ledger } from '../../../daemon/gateway/ledger.ts'
import { recoverState } from '../../../daemon/gateway/recovery.ts'
import { type JournalFiles, openJournal } from '../../../daemon/storage/journalFiles.ts'
import { openStateFile } from '../../../daemon/storage/stateFile.ts'
import { noArchive, silentLog } from '../../support/gatewayRig.ts'
import { createHistory, type HistoryStep, historyStep } from '../../support/ledgerHistory.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'

type Rig = ReturnType<typeof rigIn>

/** Real files, a manual clock. `restart` leaves the old ledger as a killed process would. */
function rigIn(folder: string) {
  const clock = createManualClock()
  const log = createRecordingLog()
  const path = join(folder, 'state.json')
  const cacheOf = (build = 'one') => openStateFile({ path, build, log })
  const open = () => {
    const opened = openJournal({ folder: join(folder, 'journal'), clock, log })
    assert.ok(opened.state === 'opened')
    return opened.journal
  }
  let journal: JournalFiles = open()
  let ledger: Ledger = createLedger({ journal, archive: noArchive, cache: cacheOf(), clock, log })
  const history = createHistory(clock)
  return {
    clock,
    log,
    path,
    journal: () => journal,
    ledger: () => ledger,
    take: (step: HistoryStep) => history.take(ledger, step),
    restart: () => {
      history.forgetOpen()
      journal.close()
      journal = open()
      ledger = createLedger({ journal, archive: noArchive, cache: cacheOf(), clock, log })
    },
    recovered: (build?: string) => recoverState({ journal, cache: cacheOf(build), log }).state,
    fromJournal: () => recoverState({ journal, cache: undefined, log }).state,
    end: () => journal.close(),
  }
}

/** How often something changed is known since the last checkpoint only: readers compare it within one process. */
function withoutRevisions(state: ReturnType<Ledger['state']>) {
  const { revisions, ...resilience } = state.resilience
  return { ...state, resilience }
}

type Step = HistoryStep | { readonly kind: 'snapshot' } | { readonly kind: 'kill' } | { readonly kind: 'look' }

const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: historyStep as fc.Arbitrary<Step> },
    { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: 'snapshot' }, { kind: 'look' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'kill' }) },
  ),
  { maxLength: 60 },
)

function look(rig: Rig): void {
  assert.deepEqual(withoutRevisions(rig.recovered()), withoutRevisions(rig.ledger().state()))
  assert.deepEqual(withoutRevisions(rig.fromJournal()), withoutRevisions(rig.ledger().state()))
}

test('whatever happened, and wherever it is looked at: snapshot and tail, checkpoint and tail, and the living state are one', (t) => {
  const folder = ownFolder(t)
  let run = 0
  fc.assert(
    fc.property(steps, (taken) => {
      run += 1
      const rig = rigIn(join(folder, String(run)))
      for (const step of taken) {
        if (step.kind === 'snapshot') rig.ledger().snapshotNow()
        else if (step.kind === 'kill') rig.restart()
        else if (step.kind === 'look') look(rig)
        else rig.take(step)
      }
      look(rig)
      rig.end()
      rmSync(join(folder, String(run)), { recursive: true, force: true })
    }),
    { numRuns: 60 },
  )
})

function busyRig(t: TestContext): Rig {
  const rig = rigIn(ownFolder(t))
  t.after(rig.end)
  work(rig, 12)
  return rig
}

function work(rig: Rig, requests: number): void {
  for (let request = 0; request < requests; request++) {
    rig.take({ kind: 'reserve', request, endpoint: request % 3, nanodollars: 1_000 })
    if (request % 4 === 3) continue
    rig.take({ kind: 'end', request, outcome: request % 5 === 0 ? 'failed' : 'succeeded', tokens: request })
    rig.take({ kind: 'finish', request, outcome: 'succeeded' })
  }
}

/** Snapshots stand before the last requests, so that what is trusted wrongly would be seen. */
const damages: readonly { readonly name: string; readonly damage: (rig: Rig) => void; readonly says?: RegExp }[] = [
  { name: 'nothing happened', damage: () => {} },
  { name: 'state.json is gone', damage: ({ path }) => rmSync(path) },
  { name: 'both are gone', damage: ({ path }) => [path, `${path}.bak`].forEach((one) => void rmSync(one)) },
  { name: 'state.json is empty', damage: ({ path }) => truncateSync(path, 0), says: /expected JSON/ },
  {
    name: 'a digit of state.json was changed',
    damage: ({ path }) => {
      writeFileSync(path, readFileSync(path, 'utf8').replace('"requests":', '"requests":1'))
    },
    says: /digest/,
  },
  {
    name: 'both are cut',
    damage: ({ path }) =>
      [path, `${path}.bak`].forEach((one) => void truncateSync(one, Math.trunc(statSync(one).size / 2))),
    says: /expected JSON/,
  },
  {
    name: 'state.json is of a newer schema',
    damage: ({ path }) => writeFileSync(path, readFileSync(path, 'utf8').replace('"schema":1', '"schema":2')),
    says: /expected a snapshot of schema 1/,
  },
]

for (const { name, damage, says } of damages) {
  test(`the state is right when ${name}`, (t) => {
    const rig = busyRig(t)
    rig.ledger().snapshotNow()
    work(rig, 5)
    rig.ledger().snapshotNow()
    work(rig, 3)
    damage(rig)
    look(rig)
    if (says !== undefined) assert.match(rig.log.lines.join('\n'), says)
    else assert.doesNotMatch(rig.log.lines.join('\n'), /left alone/)
  })
}

test('a snapshot of another build counts for nothing', (t) => {
  const rig = busyRig(t)
  rig.ledger().snapshotNow()
  assert.deepEqual(withoutRevisions(rig.recovered('two')), withoutRevisions(rig.ledger().state()))
  assert.match(rig.log.lines.join('\n'), /expected one of build two, found one of one/)
})

const journalChanges: readonly { readonly name: string; readonly change: (day: string) => void }[] = [
  { name: 'was cut before the snapshot', change: (path) => truncateSync(path, wholeLines(path, 0.5)) },
  {
    name: 'was cut before the snapshot and has grown beyond it since',
    change: (path) => {
      const lines = readFileSync(path)
      const kept = wholeLines(path, 0.5)
      truncateSync(path, kept)
      const last = lines.subarray(wholeLines(path, 0.9, lines))
      for (let bytes = kept; bytes < lines.length + 2_000; bytes += last.length) appendFileSync(path, last)
    },
  },
]

for (const { name, change } of journalChanges) {
  test(`a journal that ${name} is believed, and the snapshot is not`, (t) => {
    const rig = busyRig(t)
    rig.ledger().snapshotNow()
    const [day = ''] = rig.journal().days()
    const path = join(rig.path, '..', 'journal', `${day}.jsonl`)
    rig.end()
    change(path)
    rig.restart()
    assert.match(rig.log.lines.join('\n'), /does not go on at byte \d+ as it did/)
    look(rig)
  })
}

function wholeLines(path: string, share: number, content = readFileSync(path)): number {
  return content.lastIndexOf('\n', content.length * share) + 1
}

test('after months without a snapshot a start reads the newest day alone', (t) => {
  const rig = busyRig(t)
  rig.ledger().snapshotNow()
  copyFileSync(rig.path, `${rig.path}.old`)
  for (let day = 0; day < 5; day++) {
    rig.clock.jump(86_400_000)
    work(rig, 2)
  }
  copyFileSync(`${rig.path}.old`, rig.path)
  const visited: string[] = []
  const journal = rig.journal()
  const counting = {
    ...journal,
    visitDay: (day: string, visit: Parameters<typeof journal.visitDay>[1]) => {
      visited.push(day)
      return journal.visitDay(day, visit)
    },
  }
  const cache = openStateFile({ path: rig.path, build: 'one', log: silentLog })
  const { state } = recoverState({ journal: counting, cache, log: rig.log })
  assert.deepEqual(withoutRevisions(state), withoutRevisions(rig.ledger().state()))
  assert.deepEqual([...new Set(visited)], [journal.days().at(-1)])
  assert.match(rig.log.lines.join('\n'), /none of the newest days/)
})

test('a day that lost its checkpoint takes what the day before left', (t) => {
  const rig = busyRig(t)
  const under = rig.ledger().state().openReservations.size
  assert.ok(under > 0)
  rig.clock.jump(86_400_000)
  work(rig, 1)
  const day = rig.journal().days().at(-1) ?? ''
  const path = join(rig.path, '..', 'journal', `${day}.jsonl`)
  writeFileSync(path, `#${readFileSync(path, 'utf8').slice(1)}`)
  const { openReservations, day: stateDay, rollUps } = rig.fromJournal()
  const live = rig.ledger().state()
  assert.deepEqual([openReservations, stateDay, rollUps], [live.openReservations, day, live.rollUps])
})
