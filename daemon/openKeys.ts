/** Keys of providers, wherever their values lie: environment, keychain, file. Part of the composition root. */
import { join } from 'node:path'
import { createEnvironment, type Environment } from './gateway/environment.ts'
import { createKeyCommands, type KeyCommands } from './gateway/keyCommands.ts'
import type { Ledger } from './gateway/ledger.ts'
import type { Log } from './gateway/ports.ts'
import { createProviderKeys, type ProviderKeys } from './gateway/providerKeys.ts'
import type { KeySettings, SettingsSource } from './gateway/settings.ts'
import type { DataFolders } from './storage/dataFolders.ts'
import { createKeychain, loadKeyring } from './storage/keychain.ts'
import { createKeyFile } from './storage/keyFile.ts'
import { createKeyStore } from './storage/keyStore.ts'
import { printOfKey, systemClock } from './systemPorts.ts'

export type OpenKeysOptions = {
  readonly settings: Pick<SettingsSource, 'current' | 'onChange'> & KeySettings
  readonly folders: Pick<DataFolders, 'state'>
  readonly log: Log
  /** Keys can be used that could not before, or the other way round, and the configuration does not show it. */
  readonly onChange: () => void
}

export type OpenKeys = {
  readonly keys: ProviderKeys
  readonly keysForSessions: (ledger: Pick<Ledger, 'state'>) => {
    readonly environment: Environment
    readonly keys: ProviderKeys
    readonly keyCommands: KeyCommands
  }
  /** For the daemon's status: empty as long as no key lies in the file. */
  readonly keyFileStatus: () => { readonly keyFile?: { readonly path: string; readonly keys: number } }
}

export function openKeys({ settings, folders, log, onChange }: OpenKeysOptions): OpenKeys {
  const environment = createEnvironment(settings, process.env)
  const filePath = join(folders.state, 'keys.json')
  // Each state folder is a daemon of its own, which knows nothing of the others' keys.
  const keychain = createKeychain(`waybill ${folders.state}`, loadKeyring)
  const store = createKeyStore({ keychain, file: createKeyFile(filePath, log), filePath })
  const keys = createProviderKeys({
    settings,
    environment,
    store,
    printOfValue: printOfKey,
    clock: systemClock,
    onRead: onChange,
  })
  const keysForSessions: OpenKeys['keysForSessions'] = (ledger) => ({
    environment,
    keys,
    keyCommands: createKeyCommands({ settings, keys, store, ledger, clock: systemClock, onRotated: onChange }),
  })
  const keyFileStatus = () => {
    const all = [...settings.current().providers.values()].flatMap((provider) => provider.keys)
    const inFile = all.filter(({ place }) => place === 'file').length
    return inFile === 0 ? {} : { keyFile: { path: filePath, keys: inFile } }
  }
  return { keys, keysForSessions, keyFileStatus }
}
