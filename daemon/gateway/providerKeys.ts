/**
 * The values of all providers' keys, wherever they lie, in memory only. Those of a keychain or a file are read once at the
 * start and when the configuration names new ones; those that cannot be reached are locked, and are tried again when a
 * request comes, at most every 10 s, and whenever somebody asks. Nothing here fails.
 */
import type { ProviderId } from '../../shared/domain/ids.ts'
import type { ProviderKey } from '../../shared/domain/providerKey.ts'
import type { Environment } from './environment.ts'
import type { Clock, KeyStore, StoredKey, StoredValue } from './ports.ts'
import type { SettingsSource } from './settings.ts'

export type ProviderKeys = {
  /** The names of a provider's keys that can be used now; undefined when it needs none. */
  readonly keysOf: (provider: ProviderId) => readonly string[] | undefined
  readonly weightOf: (provider: ProviderId, name: string) => number
  readonly valueOf: (provider: ProviderId, name: string) => string | undefined
  /**
   * Tells one value of a key from another, also over a restart, and nothing else of it. Undefined when it has none.
   */
  readonly printOf: (provider: ProviderId, name: string) => string | undefined
  readonly stateOf: (provider: ProviderId, name: string) => KeyState
  /** Changes whenever a value or what the configuration says of a key does. */
  readonly revision: () => number
  /** Every value that is or was held: what a log line must never hold. */
  readonly secrets: () => readonly string[]
  /** Before a request is planned: undefined when there is nothing to be read. */
  readonly whenRead: () => Promise<void> | undefined
  /** Tries all that are locked or have no value. */
  readonly readAgain: () => Promise<void>
  /** A value that was written just now; undefined: it was removed. */
  readonly hold: (key: StoredKey, value: string | undefined) => void
  readonly stop: () => void
}

export type KeyState =
  | { readonly state: 'set' | 'not-set' | 'disabled' }
  /** Its place cannot be reached, for a reason in words. */
  | { readonly state: 'locked'; readonly reason: string }

export type ProviderKeysPorts = {
  readonly settings: Pick<SettingsSource, 'current' | 'onChange'>
  readonly environment: Environment
  readonly store: Pick<KeyStore, 'read'>
  readonly printOfValue: (value: string) => string
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** Values came or went, other than by `hold`. */
  readonly onRead: () => void
}

const tryAgainMs = 10_000
const notRead: StoredValue = { state: 'locked', reason: 'it is being read' }

export function createProviderKeys(ports: ProviderKeysPorts): ProviderKeys {
  const { settings, environment, store, clock } = ports
  const abort = new AbortController()
  const values = new Map<string, StoredValue>()
  const prints = new Map<string, { readonly value: string; readonly print: string }>()
  const everHeld = new Set<string>()
  let revision = 0
  let reading: Promise<void> | undefined
  let nextTryAtMs = 0

  const keysOf = (provider: ProviderId) => settings.current().providers.get(provider)?.keys ?? []
  const find = (provider: ProviderId, name: string) => keysOf(provider).find((key) => key.name === name)

  function stored(): readonly StoredKey[] {
    return [...settings.current().providers.values()].flatMap(({ id, keys }) =>
      keys.flatMap(({ name, place }) => (place === 'env' ? [] : [{ provider: id, name, place }])),
    )
  }

  function lookUp(provider: ProviderId, { name, place }: Pick<ProviderKey, 'name' | 'place'>): StoredValue {
    if (place !== 'env') return values.get(idOf({ provider, name, place })) ?? notRead
    const value = environment.valueOf(name)
    return value === undefined ? { state: 'not-set' } : { state: 'set', value }
  }

  function heldValueOf(provider: ProviderId, name: string): string | undefined {
    const key = find(provider, name)
    const held = key && lookUp(provider, key)
    return held?.state === 'set' ? held.value : undefined
  }

  const isKnown = (key: StoredKey) => values.has(idOf(key))

  function put(key: StoredKey, value: StoredValue): boolean {
    const before = values.get(idOf(key))
    values.set(idOf(key), value)
    if (value.state === 'set') everHeld.add(value.value)
    return JSON.stringify(before) !== JSON.stringify(value)
  }

  /** One reading at a time; who comes meanwhile waits for that one, and for keys that it does not know of. */
  function read(isWanted: (value: StoredValue | undefined) => boolean): Promise<void> {
    if (reading !== undefined) return reading.then(() => (stored().every(isKnown) ? undefined : read(isUnread)))
    const wanted = stored().filter((key) => isWanted(values.get(idOf(key))))
    if (wanted.length === 0) return Promise.resolve()
    reading = readAll(wanted).finally(() => {
      reading = undefined
      nextTryAtMs = clock.monotonicMs() + tryAgainMs
    })
    return reading
  }

  async function readAll(wanted: readonly StoredKey[]): Promise<void> {
    const found = await Promise.all(
      wanted.map(async (key) => ({ key, before: values.get(idOf(key)), value: await store.read(key, abort.signal) })),
    )
    // What was set meanwhile is newer than what was read.
    const fresh = found.filter(({ key, before }) => values.get(idOf(key)) === before)
    const changed = fresh.filter(({ key, value }) => put(key, value))
    if (changed.length === 0) return
    revision += 1
    ports.onRead()
  }

  const unsubscribe = settings.onChange(() => {
    revision += 1
    const named = new Set(stored().map(idOf))
    for (const id of values.keys()) if (!named.has(id)) values.delete(id)
    void read(isUnread)
  })
  void read(isUnread)

  return {
    keysOf: (provider) => {
      const keys = keysOf(provider)
      if (keys.length === 0) return undefined
      return keys.flatMap((key) => (!key.isDisabled && lookUp(provider, key).state === 'set' ? [key.name] : []))
    },
    weightOf: (provider, name) => find(provider, name)?.weight ?? 1,
    valueOf: heldValueOf,
    printOf: (provider, name) => {
      const value = heldValueOf(provider, name)
      if (value === undefined) return undefined
      const id = `${provider}/${name}`
      const known = prints.get(id)
      if (known?.value === value) return known.print
      const print = ports.printOfValue(value)
      prints.set(id, { value, print })
      return print
    },
    stateOf: (provider, name) => {
      const key = find(provider, name)
      if (key === undefined) return { state: 'not-set' }
      if (key.isDisabled) return { state: 'disabled' }
      const held = lookUp(provider, key)
      return held.state === 'locked' ? held : { state: held.state }
    },
    revision: () => revision + environment.revision(),
    secrets: () => [...everHeld, ...environment.names().flatMap((name) => environment.valueOf(name) ?? [])],
    whenRead: () => {
      const isDue = clock.monotonicMs() >= nextTryAtMs
      const isWanted = (value: StoredValue | undefined) => value === undefined || (isDue && value.state === 'locked')
      return stored().some((key) => isWanted(values.get(idOf(key)))) ? read(isWanted) : undefined
    },
    readAgain: () => read((value) => value?.state !== 'set'),
    hold: (key, value) => {
      put(key, value === undefined ? { state: 'not-set' } : { state: 'set', value })
      revision += 1
    },
    stop: () => {
      unsubscribe()
      abort.abort()
    },
  }
}

const isUnread = (value: StoredValue | undefined) => value === undefined

function idOf({ provider, name, place }: StoredKey): string {
  return `${place} ${provider}/${name}`
}
