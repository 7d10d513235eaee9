import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { journal } from '../../shared/protocol/journal.ts'
import { status } from '../../shared/protocol/status.ts'
import { answerWith, configOf, type ProviderCall, startProvider } from '../support/loopbackProvider.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { askPrompt, type Conversation, connectClient, type RpcClient, resultOf } from '../support/rpcClient.ts'
import { waitFor } from '../support/waitFor.ts'
import { type Daemon, startDaemon, waybill } from '../support/waybillProgram.ts'

/** How a daemon is started so that its journal can run out of room, and how room is taken and given back. */
type Disk = {
  readonly launcher: (home: OwnHome) => readonly string[]
  readonly fill: (home: OwnHome, daemon: Daemon) => void
  readonly free: (home: OwnHome, daemon: Daemon) => void
}

/** A disk of 64 KB of the daemon's own: the mount ends with its process and is seen by nobody else. */
const smallDisk: Disk = {
  launcher: ({ journalFolder }) => {
    mkdirSync(journalFolder, { recursive: true, mode: 0o700 })
    const script = 'mount -t tmpfs -o size=64k,mode=700 none "$0" && exec "$@"'
    return [...unshare, 'sh', '-c', script, journalFolder]
  },
  fill: (home, daemon) => {
    try {
      writeFileSync(fillerIn(home, daemon), Buffer.alloc(65_536))
    } catch (error) {
      assert.match(String(error), /ENOSPC/)
    }
  },
  free: (home, daemon) => rmSync(fillerIn(home, daemon)),
}

/** No file may grow beyond what the journal has now. */
const fileLimit: Disk = {
  launcher: () => [],
  fill: (home, daemon) => setFileLimit(daemon, String(statSync(journalFileOf(home.journalFolder)).size)),
  free: (_home, daemon) => setFileLimit(daemon, 'unlimited'),
}

const isRoot = process.getuid?.() === 0
const unshare = isRoot ? ['unshare', '--mount'] : ['unshare', '--map-root-user', '--mount']
const mayMount = spawnSync(unshare[0] ?? '', [...unshare.slice(1), 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

// A machine that forbids mounts, as many containers do, cannot show a full disk, and its test's name says so.
const disks: Readonly<Record<string, Disk>> = mayMount
  ? { 'a full disk': smallDisk, 'a limit for files': fileLimit }
  : { 'a limit for files, also in place of a full disk (mounts are forbidden here)': fileLimit }

for (const [name, disk] of Object.entries(disks)) {
  test(`${name}: requests are refused, the daemon stays up, and goes on once there is room`, async (t) => {
    const { home, daemon, client, calls } = await rig(t, (call) => answerWith(call, ['one']), disk.launcher)
    assert.equal((await resultOf(client.chat(askPrompt('before')))).state, 'ended')
    disk.fill(home, daemon)
    // What was free in the last block is used up first.
    const answered = await untilRefused(client)
    const reached = calls.length
    for (let round = 0; round < 3; round++) await expectRefused(client.chat(askPrompt('full')))
    assert.equal(calls.length, reached, 'a refused request was sent to the provider')
    const full = await client.ask(status, {})
    assert.equal(full.ledger.state, 'unavailable')
    assert.match(full.ledger.reason ?? '', /The journal in .* cannot be written: .*mend that and try again/)

    disk.free(home, daemon)
    const after = client.chat(askPrompt('after'))
    assert.equal((await resultOf(after)).state, 'ended')
    const open = await client.ask(status, {})
    assert.deepEqual([open.pid, open.ledger.state], [daemon.pid, 'open'])
    const { waybills } = await client.ask(journal, { limit: 500 })
    assert.equal(waybills[0]?.requestId, after.requestId)
    // Every request that was answered is journalled now, also one whose end had found no room.
    const succeeded = waybills.filter(({ outcome }) => outcome === 'succeeded')
    assert.equal(new Set(succeeded.map(({ requestId }) => requestId)).size, 2 + answered)
    for (const line of linesOf(home, daemon)) JSON.parse(line)
  })
}

test('an answer that ends while there is no room is drawn whole and journalled once there is', async (t) => {
  const held: ProviderCall[] = []
  const { home, daemon, client } = await rig(t, (call) => void held.push(call), fileLimit.launcher)
  const running = client.chat(askPrompt('long'))
  const call = await waitFor('the call', () => held[0])
  fileLimit.fill(home, daemon)
  answerWith(call, ['whole'])
  assert.equal((await resultOf(running)).state, 'ended')
  await expectRefused(client.chat(askPrompt('full')))
  fileLimit.free(home, daemon)
  const next = client.chat(askPrompt('after'))
  answerWith(await waitFor('the next call', () => held[1]), ['one'])
  await resultOf(next)
  const { waybills } = await client.ask(journal, { requestId: running.requestId as never })
  assert.equal(waybills[0]?.outcome, 'succeeded')
})

test('a journal folder that cannot be written refuses requests until it can', async (t) => {
  const { home, client, daemon } = await rig(
    t,
    (call) => answerWith(call, ['one']),
    () => [],
  )
  writeFileSync(home.journalFolder, 'in the way')
  await expectRefused(client.chat(askPrompt('blocked')))
  assert.equal((await client.ask(status, {})).pid, daemon.pid)
  rmSync(home.journalFolder)
  assert.equal((await resultOf(client.chat(askPrompt('free')))).state, 'ended')
})

test('a state folder that this user may not write is said by every verb, and by nothing worse', async (t) => {
  const home = ownHome(t)
  mkdirSync(home.stateFolder, { recursive: true })
  chmodSync(home.stateFolder, 0o500)
  // The superuser may write everywhere unless that right is given up.
  const launcher = isRoot ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []
  for (const words of [['run', 'explain', 'daemon/main.ts'], ['start'], ['stats', '--json']]) {
    const { code, out, error } = await waybill(home, words, { launcher })
    assert.equal(code, 3, out + error)
    assert.match(error, /state.*(permission|EACCES)/i)
    assert.match(error, /waybill doctor/)
    assert.doesNotMatch(error, /\n {4}at /)
  }
  const doctor = await waybill(home, ['doctor'], { launcher })
  assert.equal(doctor.code, 1, doctor.error)
  assert.match(doctor.out, /FAIL/)
})

type Launcher = Disk['launcher']

async function rig(t: TestContext, onCall: (call: ProviderCall) => void, launcher: Launcher) {
  const { baseUrl, calls } = await startProvider(t, onCall)
  const home = ownHome(t, configOf({ one: { baseUrl } }))
  const daemon = await startDaemon(home, { launcher: launcher(home) })
  return { home, daemon, calls, client: await connectClient(daemon.socketPath) }
}

async function expectRefused(conversation: Conversation): Promise<void> {
  const { error } = await conversation.answer
  assert.equal(error?.code, 1016, JSON.stringify(error))
  assert.equal(error.data?.failure.kind, 'ledger-unavailable')
}

/** Answers how many requests still found room. */
async function untilRefused(client: RpcClient): Promise<number> {
  for (let answered = 0; ; answered++) {
    const { error } = await client.chat(askPrompt('is there room')).answer
    if (error !== undefined) {
      assert.equal(error.code, 1016, error.message)
      return answered
    }
    assert.ok(answered < 100, 'there is always room')
  }
}

function journalFileOf(folder: string): string {
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.jsonl'))
  return join(folder, name)
}

/** Seen through the daemon's own mounts. */
function journalSeenBy(daemon: Daemon, home: OwnHome): string {
  return join('/proc', String(daemon.pid), 'root', home.journalFolder)
}

function fillerIn(home: OwnHome, daemon: Daemon): string {
  return join(journalSeenBy(daemon, home), 'filler')
}

function linesOf(home: OwnHome, daemon: Daemon): readonly string[] {
  return readFileSync(journalFileOf(journalSeenBy(daemon, home)), 'utf8')
    .trimEnd()
    .split('\n')
}

function setFileLimit(daemon: Daemon, bytes: string): void {
  const set = spawnSync('prlimit', ['--pid', String(daemon.pid), `--fsize=${bytes}:`], { encoding: 'utf8' })
  assert.equal(set.status, 0, set.stderr)
}
