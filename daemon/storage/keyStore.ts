/** Where values of keys lie: the keychain if it can be used, else the file. One account for each provider and key. */
import type { Failure } from '../../shared/domain/failure.ts'
import type { KeyStore, StoredKey } from '../gateway/ports.ts'
import type { Keychain } from './keychain.ts'
import type { KeyFile } from './keyFile.ts'

export type KeyStoreParts = {
  readonly keychain: Keychain
  readonly file: KeyFile
  /** Where the file lies, to be named. */
  readonly filePath: string
}

export function createKeyStore({ keychain, file, filePath }: KeyStoreParts): KeyStore {
  return {
    placeForNew: async (signal) => ((await keychain.probe(signal)) ? 'keychain' : 'file'),
    read: async (key, signal) =>
      key.place === 'file' ? file.read(accountOf(key)) : keychain.read(accountOf(key), signal),
    write: async (key, value, signal) => {
      if (key.place === 'file') return failureOf('written to the file', file.write(accountOf(key), value))
      return failureOf('written to the keychain', await keychain.write(accountOf(key), value, signal))
    },
    remove: async (key, signal) => {
      if (key.place === 'file') return failureOf('removed from the file', file.remove(accountOf(key)))
      return failureOf('removed from the keychain', await keychain.remove(accountOf(key), signal))
    },
    file: filePath,
  }
}

function accountOf({ provider, name }: StoredKey): string {
  return `${provider}/${name}`
}

function failureOf(deed: string, reason: string | undefined): Failure | undefined {
  if (reason === undefined) return undefined
  return { kind: 'invalid-request', message: `The key was not ${deed}: ${reason}. Mend that and repeat.` }
}
