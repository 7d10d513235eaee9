/** What is used of the native package, which may be missing: it is optional. */
declare module '@napi-rs/keyring' {
  export class AsyncEntry {
    constructor(service: string, account: string, options?: { readonly linux: { readonly store: 'secret-service' } })
    /** Rejects when the keychain is missing or locked, as the other methods do. */
    setPassword(value: string): Promise<void>
    /** Null: there is none. */
    getPassword(): Promise<string | null>
    /** False: there was none. */
    deleteCredential(): Promise<boolean>
  }
}
