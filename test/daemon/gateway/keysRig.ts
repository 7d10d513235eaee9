/**
 * Keys over a real config.json and a real file of keys, with a keychain in memory and a clock that is moved by hand. All
 * reads of the store are counted.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { createJournalState } from '../../../daemon/core/journal/journalState.ts'
import { createEnvironment } from '../../../daemon/gateway/environment.ts'
import { createKeyCommands } from '../../../daemon/gateway/keyCommands.ts'
import { createProviderKeys } from '../../../daemon/gateway/providerKeys.ts'
import { createSettingsSource } from '../../../daemon/settingsSource.ts'
import { openConfigFile } from '../../../daemon/storage/configFile.ts'
import { createKeychain } from '../../../daemon/storage/keychain.ts'
import { createKeyFile } from '../../../daemon/storage/keyFile.ts'
import { createKeyStore } from '../../../daemon/storage/keyStore.ts'
import { printOfKey } from '../../../daemon/systemPorts.ts'
import { createFakeKeyring } from '../../support/fakeKeyring.ts'
import { createManualClock } from '../../support/manualClock.ts'
import { ownFolder } from '../../support/ownFolder.ts'
import { createRecordingLog } from '../../support/recordingLog.ts'
import { noCatalog } from '../../support/settingsRig.ts'

export type KeysRigOptions = {
  readonly providers: Readonly<Record<string, object>>
  readonly environment?: Readonly<Record<string, string>>
  readonly keyring?: ReturnType<typeof createFakeKeyring>
  readonly folder?: string
}

export const model = { model: 'a/x', price: { input: '1', output: '2' } }

export function createKeysRig(t: TestContext, options: KeysRigOptions) {
  const folder = options.folder ?? ownFolder(t)
  const configPath = join(folder, 'config', 'config.json')
  const filePath = join(folder, 'keys.json')
  mkdirSync(join(folder, 'config'), { recursive: true })
  const writeConfig = (providers: object) => {
    writeFileSync(configPath, JSON.stringify({ $comment: 'mine', schema: 1, providers, later: 1 }))
  }
  writeConfig(options.providers)
  const log = createRecordingLog()
  const config = openConfigFile({ path: configPath, lastGoodPath: join(folder, 'last-good.json'), log })
  t.after(() => config.close())
  const clock = createManualClock()
  const catalog = { ...noCatalog, onChange: () => () => {} } as never
  const settings = createSettingsSource({ config, catalog, wallMs: clock.wallMs })
  const environment = createEnvironment(settings, options.environment ?? {})
  const keyring = options.keyring ?? createFakeKeyring()
  const keychain = createKeychain('waybill test', keyring.load)
  const store = createKeyStore({ keychain, file: createKeyFile(filePath, log), filePath })
  const changes = { read: 0, rotated: 0 }
  const keys = createProviderKeys({
    settings,
    environment,
    store,
    printOfValue: printOfKey,
    clock,
    onRead: () => {
      changes.read += 1
    },
  })
  t.after(() => keys.stop())
  const state = createJournalState()
  const commands = createKeyCommands({
    settings,
    keys,
    store,
    ledger: { state: () => state },
    clock,
    onRotated: () => {
      changes.rotated += 1
    },
  })
  return {
    folder,
    filePath,
    log,
    clock,
    settings,
    environment,
    keyring,
    store,
    keys,
    commands,
    state,
    changes,
    writeConfig,
    configText: () => readFileSync(configPath, 'utf8'),
    configured: () => JSON.parse(readFileSync(configPath, 'utf8')).providers,
  }
}
