import assert from 'node:assert/strict'
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type FoundDaemon, findDaemon, startDaemon } from '../../daemon/cli/findDaemon.ts'
import { foldersIn } from '../../daemon/storage/dataFolders.ts'
import { bundledScript } from '../support/bundledScript.ts'
import { ownFolder } from '../support/ownFolder.ts'
import { endDaemonsOf } from '../vscode/endDaemonsOf.ts'

type About = {
  readonly pid: number
  readonly folder: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

test('where no daemon runs none is found, and one is started, detached from what started it', async (t) => {
  const { folders, start } = rig(t)
  assert.equal(await findDaemon(folders), undefined)
  const inherited = { VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--no-warnings', KEPT: 'yes' }
  const started = await start({ environment: inherited })
  const about = await aboutOf(started.socket)
  assert.equal(about.pid, started.discovery.pid)
  assert.equal(about.folder, realpathSync(folders.state))
  assert.deepEqual(about.arguments, ['daemon', '--idle', '5'])
  assert.equal(about.environment.KEPT, 'yes')
  for (const name of ['VSCODE_PID', 'ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS'])
    assert.equal(name in about.environment, false, name)

  const found = await findDaemon(folders)
  assert.equal(found?.discovery.pid, started.discovery.pid)
  found?.socket.destroy()
})

test('a relative WAYBILL_HOME means the same folder to the daemon', async (t) => {
  const { home, start } = rig(t)
  const started = await start({ environment: { WAYBILL_HOME: relative(process.cwd(), home) } })
  assert.equal((await aboutOf(started.socket)).environment.WAYBILL_HOME, home)
})

test('12 that start it at once all meet the same daemon', async (t) => {
  const { start } = rig(t)
  const all = await Promise.all(Array.from({ length: 12 }, () => start({})))
  const pids = await Promise.all(all.map(async ({ socket }) => (await aboutOf(socket)).pid))
  assert.equal(new Set(pids).size, 1)
})

test('a daemon that fails at its start is a failure at once, with what it wrote', async (t) => {
  const { folders, tryStart } = rig(t)
  mkdirSync(folders.log, { recursive: true })
  writeFileSync(folders.logFile, 'from an earlier day\n')
  const result = await tryStart({ environment: { STUB: 'fail' } })
  assert.ok(result.state === 'failed')
  assert.match(result.message, /ended with exit code 3 while it started/)
  assert.match(result.message, /the journal is of a newer schema$/)
  assert.equal(result.message.includes('earlier day'), false)
})

test('a daemon that never answers is a failure at the deadline', async (t) => {
  const { tryStart } = rig(t)
  const result = await tryStart({ environment: { STUB: 'hang' }, deadlineMs: 300 })
  assert.ok(result.state === 'failed')
  assert.match(result.message, /expected the daemon to answer within 0.3 s, but it has not announced itself/)
  assert.match(result.message, /process \d+ still runs/)
})

test('a discovery file that is damaged, or of a daemon that is gone, finds nobody and is replaced', async (t) => {
  const { folders, start } = rig(t)
  mkdirSync(folders.state, { recursive: true })
  const gone = { schema: 1, pid: 1, socketPath: join(folders.state, 'gone'), token: 't', version: '0', startedAtMs: 0 }
  const discoveryFile = join(folders.state, 'daemon.json')
  for (const text of ['', '{"schema":2}', JSON.stringify({ ...gone, protocolVersions: { min: 1, max: 1 } })]) {
    writeFileSync(discoveryFile, text)
    assert.equal(await findDaemon(folders), undefined)
  }
  const started = await start({})
  assert.equal((await aboutOf(started.socket)).pid, started.discovery.pid)
})

test('a log that cannot be written is a failure in words', async (t) => {
  const { folders, tryStart } = rig(t)
  mkdirSync(folders.logFile, { recursive: true })
  const result = await tryStart({})
  assert.ok(result.state === 'failed')
  assert.match(result.message, /waybill\.log cannot be written: .*EISDIR/)
})

function rig(t: TestContext) {
  // Losers of a start race may still be coming: the winner's end alone would let one of them win.
  const folder = ownFolder(t, () => endDaemonsOf(home))
  const home = join(folder, 'home')
  const folders = foldersIn(home)
  const script = bundledScript('daemonStub', folder)
  const tryStart = (options: { readonly environment?: Record<string, string>; readonly deadlineMs?: number }) =>
    startDaemon({
      folders,
      commandLine: [script, 'daemon', '--idle', '5'],
      environment: { PATH: process.env.PATH, WAYBILL_HOME: home, ...options.environment },
      deadlineMs: options.deadlineMs ?? 20_000,
    })
  const start = async (options: Parameters<typeof tryStart>[0]): Promise<FoundDaemon> => {
    const result = await tryStart(options)
    assert.ok(result.state === 'started', JSON.stringify(result))
    return result
  }
  return { home, folders, start, tryStart }
}

async function aboutOf(socket: Socket): Promise<About> {
  socket.write('who are you')
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}
