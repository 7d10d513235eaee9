/**
 * Values of keys in the operating system's keychain: macOS Keychain, Windows Credential Manager, or Secret Service on
 * Linux; never the kernel's keyring, which forgets at the next start. The native package is loaded on first use, and
 * may be missing. Whatever goes wrong, also a question to the user that nobody answers, is a value: the keychain is
 * locked then.
 */
import { randomUUID } from 'node:crypto'
import type { StoredValue } from '../gateway/ports.ts'

export type KeyringEntry = {
  readonly setPassword: (value: string) => Promise<void>
  readonly getPassword: () => Promise<string | null>
  readonly deleteCredential: () => Promise<boolean>
}

/** Of one account in the keychain. */
export type Keyring = (service: string, account: string) => KeyringEntry

export type Keychain = {
  /** A canary entry could be written, read and removed. */
  readonly probe: (signal: AbortSignal) => Promise<boolean>
  readonly read: (account: string, signal: AbortSignal) => Promise<StoredValue>
  /** Why it failed, in words. */
  readonly write: (account: string, value: string, signal: AbortSignal) => Promise<string | undefined>
  readonly remove: (account: string, signal: AbortSignal) => Promise<string | undefined>
}

export async function loadKeyring(): Promise<Keyring> {
  const { AsyncEntry } = await import('@napi-rs/keyring')
  return (service, account) => new AsyncEntry(service, account, { linux: { store: 'secret-service' } })
}

/** For as long as a keychain may ask its user. */
const limitMs = 15_000

export function createKeychain(service: string, load: () => Promise<Keyring>): Keychain {
  let loading: Promise<Keyring> | undefined

  /** The result, or why there is none. */
  async function use<Result>(
    account: string,
    signal: AbortSignal,
    work: (entry: KeyringEntry) => Promise<Result>,
  ): Promise<{ readonly result: Result } | { readonly reason: string }> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
    try {
      loading ??= load()
      const keyring = await loading
      return { result: await beforeAbort(work(keyring(service, account)), limit) }
    } catch (error) {
      return { reason: limit.aborted ? 'it did not answer in time' : reasonOf(error) }
    }
  }

  return {
    probe: async (signal) => {
      const canary = randomUUID()
      const probed = await use(`canary ${canary}`, signal, async (entry) => {
        await entry.setPassword(canary)
        const isThere = (await entry.getPassword()) === canary
        return (await entry.deleteCredential()) && isThere
      })
      return 'result' in probed && probed.result
    },
    read: async (account, signal) => {
      const read = await use(account, signal, (entry) => entry.getPassword())
      if ('reason' in read) return { state: 'locked', reason: `the keychain cannot be reached: ${read.reason}` }
      return read.result === null || read.result === '' ? { state: 'not-set' } : { state: 'set', value: read.result }
    },
    write: async (account, value, signal) => {
      const written = await use(account, signal, (entry) => entry.setPassword(value))
      return 'reason' in written ? written.reason : undefined
    },
    remove: async (account, signal) => {
      const removed = await use(account, signal, (entry) => entry.deleteCredential())
      return 'reason' in removed ? removed.reason : undefined
    },
  }
}

async function beforeAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new Error('aborted'))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
    // Nobody waits for it any more.
    work.catch(() => undefined)
  }
}

/** The system's own words hold no value; of a package that cannot be loaded the first line says enough. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for no known reason'
  if ('code' in error && /MODULE_NOT_FOUND/.test(String(error.code)))
    return 'this build has no keychain for this system'
  return (error.message.split('\n')[0] ?? '').slice(0, 200)
}
