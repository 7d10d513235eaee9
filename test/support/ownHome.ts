/**
 * A WAYBILL_HOME of the test's own. When the test ends, however it ends, every process that was started with it is ended
 * and the folder is removed. The environment is small on purpose: nothing of the developer's own reaches the programs.
 */
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { endDaemonsOf, killDaemonsOf } from '../vscode/endDaemonsOf.ts'
import { exitOnSignals } from '../vscode/exitOnSignals.ts'

export type OwnHome = {
  readonly path: string
  readonly configFile: string
  readonly stateFolder: string
  readonly journalFolder: string
  readonly logFile: string
  readonly environment: Readonly<Record<string, string>>
  /** Replaced at once, as a careful editor does. */
  readonly writeConfig: (config: object | string) => void
}

/** `below` lengthens the path. */
export function ownHome(t: TestContext, config?: object, below = ''): OwnHome {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wb-')))
  const path = join(folder, below)
  exitOnSignals()
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  const onExit = () => {
    killDaemonsOf(path)
    remove()
  }
  process.once('exit', onExit)
  t.after(async () => {
    await endDaemonsOf(path)
    remove()
    // A loser of a start race may have been on its way, not yet to be seen, and have made its folder again.
    await endDaemonsOf(path)
    remove()
    process.off('exit', onExit)
  })
  const home = homeAt(path)
  if (config !== undefined) home.writeConfig(config)
  return home
}

function homeAt(path: string): OwnHome {
  const stateFolder = join(path, 'state')
  const configFile = join(path, 'config', 'config.json')
  return {
    path,
    configFile,
    stateFolder,
    journalFolder: join(stateFolder, 'journal'),
    logFile: join(stateFolder, 'log', 'waybill.log'),
    environment: {
      PATH: process.env.PATH ?? '',
      HOME: path,
      WAYBILL_HOME: path,
      // Nor the developer's keychain.
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(path, 'no-bus')}`,
    },
    writeConfig: (config) => {
      mkdirSync(join(path, 'config'), { recursive: true, mode: 0o700 })
      const fresh = `${configFile}.new`
      writeFileSync(fresh, typeof config === 'string' ? config : JSON.stringify(config))
      renameSync(fresh, configFile)
    },
  }
}
