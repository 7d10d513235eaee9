/** A keychain in memory, behind the port that the native package is behind. `isLocked`: every use is refused. */
import type { Keyring } from '../../daemon/storage/keychain.ts'

export type FakeKeyring = {
  readonly load: () => Promise<Keyring>
  /** By account. */
  readonly values: Map<string, string>
  /** Accounts in the order in which they were used. */
  readonly uses: string[]
  isLocked: boolean
}

export function createFakeKeyring(): FakeKeyring {
  const fake: FakeKeyring = {
    values: new Map(),
    uses: [],
    isLocked: false,
    load: async () => (_service, account) => {
      const use = () => {
        fake.uses.push(account)
        if (fake.isLocked) throw new Error('Couldn’t access platform storage: AccessDenied')
      }
      return {
        setPassword: async (value) => {
          use()
          fake.values.set(account, value)
        },
        getPassword: async () => {
          use()
          return fake.values.get(account) ?? null
        },
        deleteCredential: async () => {
          use()
          return fake.values.delete(account)
        },
      }
    },
  }
  return fake
}
