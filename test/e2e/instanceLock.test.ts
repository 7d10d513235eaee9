import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { findDaemon } from '../../daemon/cli/findDaemon.ts'
import { foldersIn } from '../../daemon/storage/dataFolders.ts'
import { bundledScript } from '../support/bundledScript.ts'
import { ownFolder } from '../support/ownFolder.ts'
import { waitFor } from '../support/waitFor.ts'

const starterCount = 12
const rounds = 30

type Answer = { readonly state: string; readonly pid?: number; readonly socketPath?: string; readonly message?: string }
type Starter = { readonly child: ChildProcess; readonly ask: (command: object) => Promise<Answer> }

test(`of ${starterCount} simultaneous starters exactly one becomes the daemon, ${rounds} times, and it answers`, async (t) => {
  const folder = ownFolder(t)
  const starters = await startMany(t, folder, starterCount)
  for (let round = 0; round < rounds; round++) await race(starters, join(folder, `r${round}`))
})

test(`of ${starterCount} simultaneous starters exactly one takes over a dead socket, ${rounds} times`, async (t) => {
  const folder = ownFolder(t)
  const starters = await startMany(t, folder, starterCount)
  for (let round = 0; round < rounds; round++) {
    const home = join(folder, `r${round}`)
    await leaveDeadSocket(join(home, 'state'))
    await race(starters, home)
  }
})

test('a daemon that is killed leaves its socket, and the next one takes over', async (t) => {
  const folder = ownFolder(t)
  const home = join(folder, 'home')
  const [first, second] = await startMany(t, folder, 2)
  assert.ok(first !== undefined && second !== undefined)
  assert.equal((await first.ask({ home })).state, 'won')
  assert.equal((await second.ask({ home })).state, 'exists')

  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  assert.deepEqual(namesIn(home), ['daemon.json', 'waybill.sock'])
  assert.equal(await answeringPid(home), undefined)

  assert.equal((await second.ask({ home })).state, 'won')
  assert.equal(await answeringPid(home), second.child.pid)
  assert.deepEqual(namesIn(home), ['daemon.json', 'waybill.sock'])
  await second.ask({ close: true })
  assert.deepEqual(namesIn(home), [])
})

test('a starter that was killed while it healed holds up nobody and leaves nothing', async (t) => {
  const folder = ownFolder(t)
  const home = join(folder, 'home')
  const state = join(home, 'state')
  await leaveDeadSocket(state)
  await leaveDeadSocket(state, 'aaaaaaaaaaaa.claim')
  await leaveDeadSocket(state, 'bbbbbbbbbbbb.bind')
  const [starter] = await startMany(t, folder, 1)
  assert.equal((await starter?.ask({ home }))?.state, 'won')
  assert.deepEqual(namesIn(home), ['daemon.json', 'waybill.sock'])
})

test('a plain file in the place of the socket is taken away', async (t) => {
  const folder = ownFolder(t)
  const home = join(folder, 'home')
  mkdirSync(join(home, 'state'), { recursive: true })
  writeFileSync(join(home, 'state', 'waybill.sock'), '')
  const [starter] = await startMany(t, folder, 1)
  assert.equal((await starter?.ask({ home }))?.state, 'won')
})

test('a socket that somebody answers is never removed', async (t) => {
  const folder = ownFolder(t)
  const home = join(folder, 'home')
  const socketPath = join(home, 'state', 'waybill.sock')
  mkdirSync(dirname(socketPath), { recursive: true })
  const stranger = await listening(socketPath)
  t.after(() => stranger.close())
  const before = statSync(socketPath, { bigint: true }).ino
  const starters = await startMany(t, folder, starterCount)
  const answers = await Promise.all(starters.map((starter) => starter.ask({ home })))
  assert.deepEqual(new Set(answers.map((answer) => answer.state)), new Set(['exists']))
  assert.equal(statSync(socketPath, { bigint: true }).ino, before)
  assert.deepEqual(namesIn(home), ['waybill.sock'])
})

test('a stopped daemon keeps its socket', async (t) => {
  const folder = ownFolder(t)
  const home = join(folder, 'home')
  const [first, second] = await startMany(t, folder, 2)
  assert.equal((await first?.ask({ home }))?.state, 'won')
  first?.child.kill('SIGSTOP')
  assert.equal((await second?.ask({ home }))?.state, 'exists')
  first?.child.kill('SIGCONT')
  assert.equal(await answeringPid(home), first?.child.pid)
})

test('closing leaves the name and the discovery file of a daemon that has taken them over', async (t) => {
  const folder = ownFolder(t)
  const home = join(folder, 'home')
  const [first, second] = await startMany(t, folder, 2)
  const socketPath = (await first?.ask({ home }))?.socketPath
  assert.ok(socketPath !== undefined)
  // What no daemon does: the user removes the socket of a living one.
  rmSync(socketPath)
  assert.equal((await second?.ask({ home }))?.state, 'won')
  await first?.ask({ close: true })
  assert.equal(await answeringPid(home), second?.child.pid)
})

test('a home whose path is too long for a socket works, and all its starters meet', async (t) => {
  const folder = ownFolder(t)
  const home = join(folder, 'x'.repeat(120), 'é'.repeat(40))
  const starters = await startMany(t, folder, starterCount)
  const socketPath = await race(starters, home)
  t.after(() => rmSync(dirname(socketPath), { recursive: true, force: true }))
  assert.ok(Buffer.byteLength(socketPath) <= 103, socketPath)
  assert.equal(statSync(dirname(socketPath)).mode & 0o777, 0o700)
  assert.deepEqual(namesIn(home), [])
})

test('the socket, its folder and the discovery file belong to their user alone', async (t) => {
  const folder = ownFolder(t)
  const home = join(folder, 'home')
  const [starter] = await startMany(t, folder, 1)
  assert.equal((await starter?.ask({ home }))?.state, 'won')
  assert.equal(statSync(join(home, 'state')).mode & 0o777, 0o700)
  assert.equal(statSync(join(home, 'state', 'waybill.sock')).mode & 0o777, 0o600)
  assert.equal(statSync(join(home, 'state', 'daemon.json')).mode & 0o777, 0o600)
})

test('a state folder that cannot be made is a clear failure', async (t) => {
  const folder = ownFolder(t)
  writeFileSync(join(folder, 'home'), 'a file')
  const [starter] = await startMany(t, folder, 1)
  const answer = await starter?.ask({ home: join(folder, 'home') })
  assert.equal(answer?.state, 'failed')
  assert.match(answer?.message ?? '', /expected a folder .*WAYBILL_HOME/)
})

/** Lets all try at once, checks that one has won and answers, closes it, and answers its socket's path. */
async function race(starters: readonly Starter[], home: string): Promise<string> {
  const answers = await Promise.all(starters.map((starter) => starter.ask({ home })))
  const winners = answers.filter((answer) => answer.state === 'won')
  assert.equal(winners.length, 1, JSON.stringify(answers))
  assert.equal(
    answers.filter((answer) => answer.state === 'exists').length,
    starters.length - 1,
    JSON.stringify(answers),
  )
  const [winner] = winners
  assert.ok(winner?.socketPath !== undefined)
  assert.equal(await answeringPid(home), winner.pid)
  const left = readdirSync(dirname(winner.socketPath)).filter(
    (name) => name.endsWith('.bind') || name.endsWith('.claim'),
  )
  assert.deepEqual(left, [])
  await starters.find((starter) => starter.child.pid === winner.pid)?.ask({ close: true })
  assert.equal(existsSync(winner.socketPath), false)
  assert.equal(await answeringPid(home), undefined)
  return winner.socketPath
}

/** Who answers, found as a client finds it. */
async function answeringPid(home: string): Promise<number | undefined> {
  const found = await findDaemon(foldersIn(home))
  if (found === undefined) return undefined
  const [bytes] = await once(found.socket, 'data')
  found.socket.destroy()
  return Number(String(bytes))
}

function namesIn(home: string): readonly string[] {
  return readdirSync(join(home, 'state')).sort()
}

/** The name of a socket whose server is gone, as kill -9 leaves it. */
async function leaveDeadSocket(stateFolder: string, name = 'waybill.sock'): Promise<void> {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 })
  const boundPath = join(stateFolder, 'bound')
  const server = await listening(boundPath)
  linkSync(boundPath, join(stateFolder, name))
  server.close()
  await once(server, 'close')
}

async function listening(socketPath: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  server.listen(socketPath)
  await once(server, 'listening')
  return server
}

async function startMany(t: TestContext, folder: string, count: number): Promise<readonly Starter[]> {
  const script = bundledScript('starter', folder)
  return Promise.all(Array.from({ length: count }, () => startOne(t, script)))
}

async function startOne(t: TestContext, script: string): Promise<Starter> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const answers: Answer[] = []
  createInterface({ input: child.stdout }).on('line', (line) => answers.push(JSON.parse(line)))
  const nextAnswer = () => waitFor('the answer of a starter', () => answers.shift())
  assert.equal((await nextAnswer()).state, 'ready')
  return {
    child,
    ask: (command) => {
      child.stdin.write(`${JSON.stringify(command)}\n`)
      return nextAnswer()
    },
  }
}
