/**
 * What clients do with keys: list, set, rotate, disable, enable, weigh, remove. A value goes into its store first and then
 * into the configuration, and out of it the other way round; what fails in between is taken back. One change at a time.
 */
import type { Failure } from '../../shared/domain/failure.ts'
import type { ProviderId } from '../../shared/domain/ids.ts'
import type { ProviderKey } from '../../shared/domain/providerKey.ts'
import type { KeyInfo } from '../../shared/protocol/keys.ts'
import { keyIdOf } from '../core/resilience/resilienceState.ts'
import type { Ledger } from './ledger.ts'
import type { Clock, KeyStore, StoredPlace } from './ports.ts'
import type { ProviderKeys } from './providerKeys.ts'
import { keyStandingOf } from './providerStatus.ts'
import type { SessionKeys } from './session.ts'
import type { KeySettings, ProviderInfo, SettingsSource } from './settings.ts'

export type KeyCommands = Omit<SessionKeys, 'test'>

type Asked<Command extends keyof KeyCommands> = Parameters<KeyCommands[Command]>[0]
type Answered<Command extends keyof KeyCommands> = Awaited<ReturnType<KeyCommands[Command]>>
type KeyRef = Asked<'disable'>

export type KeyCommandPorts = {
  readonly settings: Pick<SettingsSource, 'current'> & KeySettings
  readonly keys: ProviderKeys
  readonly store: KeyStore
  readonly ledger: Pick<Ledger, 'state'>
  readonly clock: Pick<Clock, 'wallMs'>
  /** A value was replaced, which the configuration does not show. */
  readonly onRotated: () => void
}

type Found = { readonly provider: ProviderInfo; readonly key: ProviderKey }

export function createKeyCommands(ports: KeyCommandPorts): KeyCommands {
  const { settings, keys, store } = ports
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }

  function findProvider(id: ProviderId): ProviderInfo | Failure {
    const provider = settings.current().providers.get(id)
    if (provider === undefined) {
      const names = [...settings.current().providers.values()].flatMap((one) => (one.isPractice ? [] : [one.id]))
      const known = names.length === 0 ? 'none yet, see `waybill help providers`' : names.join(', ')
      return { kind: 'not-found', message: `Expected one of your providers (${known}), found another name.` }
    }
    if (!provider.isPractice) return provider
    return { kind: 'invalid-request', message: 'Practice providers need no key; name one of your own providers.' }
  }

  function find({ provider: id, name }: KeyRef): Found | Failure {
    const provider = findProvider(id)
    if ('message' in provider) return provider
    const key = provider.keys.find((one) => one.name === name)
    if (key !== undefined) return { provider, key }
    // What was given may be a key, by mistake: it is not repeated.
    const known = provider.keys.map((one) => one.name).join(', ') || 'none yet'
    return { kind: 'not-found', message: `Expected the name of a key of ${id} (${known}), found another.` }
  }

  function infoOf(provider: ProviderInfo, key: ProviderKey): KeyInfo {
    const state = ports.ledger.state()
    const sources = { endpoints: settings.current().endpoints, keys, state, nowMs: ports.clock.wallMs() }
    const fingerprint = keys.printOf(provider.id, key.name)
    const lastUsedAtMs = state.resilience.keysUsedAtMs.get(keyIdOf(provider.id, key.name))
    return {
      ...keyStandingOf(provider, key, sources),
      provider: provider.id,
      name: key.name,
      place: key.place,
      weight: key.weight,
      ...(fingerprint !== undefined && { fingerprint }),
      ...(lastUsedAtMs !== undefined && { lastUsedAtMs }),
    }
  }

  function changed(ref: KeyRef, note?: string): Answered<'set'> {
    const found = find(ref)
    if ('message' in found) return { failure: found }
    return { key: infoOf(found.provider, found.key), ...(note !== undefined && { note }) }
  }

  /** Changes what the configuration says of one key. */
  function change(ref: KeyRef, edit: Partial<ProviderKey>): Promise<Answered<'set'>> {
    return inTurn(async () => {
      const found = find(ref)
      if ('message' in found) return { failure: found }
      const edited = found.provider.keys.map((key) => (key === found.key ? { ...key, ...edit } : key))
      const failure = settings.setKeys(ref.provider, edited)
      return failure === undefined ? changed(ref) : { failure }
    })
  }

  const noteOf = (place: StoredPlace) => (place === 'file' ? fileNote(store.file) : undefined)

  async function set(params: Asked<'set'>, signal: AbortSignal): Promise<Answered<'set'>> {
    const { provider: id, name = 'default', value, weight = 1 } = params
    const provider = findProvider(id)
    if ('message' in provider) return { failure: provider }
    if (provider.keys.some((key) => key.name === name)) return { failure: nameTaken(id, name) }
    const place = await store.placeForNew(signal)
    const stored = { provider: id, name, place }
    const unwritten = await store.write(stored, value, signal)
    if (unwritten !== undefined) return { failure: unwritten }
    keys.hold(stored, value)
    const failure = settings.setKeys(id, [...keptKeys(id), { name, place, weight, isDisabled: false }])
    if (failure === undefined) return changed({ provider: id, name }, noteOf(place))
    await store.remove(stored, signal)
    keys.hold(stored, undefined)
    return { failure }
  }

  /** A usual variable that the configuration does not name is kept only if it is in use. */
  function keptKeys(id: ProviderId): readonly ProviderKey[] {
    const now = settings.current().providers.get(id)?.keys ?? []
    return settings.hasKeys(id) ? now : now.filter(({ name }) => keys.valueOf(id, name) !== undefined)
  }

  async function rotate(params: Asked<'rotate'>, signal: AbortSignal): Promise<Answered<'set'>> {
    const { provider: id, name, value } = params
    const found = find(params)
    if ('message' in found) return { failure: found }
    const { key, provider } = found
    if (key.place === 'env') return { failure: ofVariable(name) }
    // One that lies in the file moves to the keychain as soon as there is one; never the other way.
    const place = key.place === 'keychain' ? 'keychain' : await store.placeForNew(signal)
    const stored = { provider: id, name, place }
    const unwritten = await store.write(stored, value, signal)
    if (unwritten !== undefined) return { failure: unwritten }
    keys.hold(stored, value)
    if (place === key.place) {
      ports.onRotated()
      return changed(params, noteOf(place))
    }
    const moved = provider.keys.map((one) => (one === key ? { ...one, place } : one))
    const failure = settings.setKeys(id, moved)
    const unneeded = failure === undefined ? { ...stored, place: key.place } : stored
    const unremoved = await store.remove(unneeded, signal)
    return failure === undefined ? changed(params, unremoved?.message ?? 'It lies in the keychain now.') : { failure }
  }

  async function remove(params: KeyRef, signal: AbortSignal): Promise<Answered<'remove'>> {
    const found = find(params)
    if ('message' in found) return { failure: found }
    const { provider, key } = found
    const { provider: id, name } = params
    if (!settings.hasKeys(id)) return { failure: usualVariable(id, name) }
    const stored = key.place === 'env' ? undefined : { provider: id, name, place: key.place }
    const value = keys.valueOf(id, name)
    const unremoved = stored && (await store.remove(stored, signal))
    if (unremoved !== undefined) return { failure: unremoved }
    const failure = settings.setKeys(
      id,
      provider.keys.filter((one) => one !== key),
    )
    if (failure === undefined) return { left: settings.current().providers.get(id)?.keys.length ?? 0 }
    if (stored !== undefined && value !== undefined) await store.write(stored, value, signal)
    return { failure }
  }

  return {
    list: async ({ provider: only }) => {
      const one = only && findProvider(only)
      if (one !== undefined && 'message' in one) return { failure: one }
      await keys.readAgain()
      const providers = [...settings.current().providers.values()].filter(
        ({ id, isPractice }) => !isPractice && (only === undefined || id === only),
      )
      return {
        keys: providers.flatMap((provider) => provider.keys.map((key) => infoOf(provider, key))),
        keyFile: store.file,
      }
    },
    set: (params, signal) => inTurn(() => set(params, signal)),
    rotate: (params, signal) => inTurn(() => rotate(params, signal)),
    disable: (params) => change(params, { isDisabled: true }),
    enable: (params) => change(params, { isDisabled: false }),
    weigh: ({ weight, ...params }) => change(params, { weight }),
    remove: (params, signal) => inTurn(() => remove(params, signal)),
  }
}

function fileNote(file: string): string {
  return `No keychain can be used here, so the value lies in ${file}, in plain text; only your account can read it.`
}

function nameTaken(provider: ProviderId, name: string): Failure {
  const message = `A key “${name}” of ${provider} exists already; \`waybill keys rotate ${provider} ${name}\` puts another value in its place, another name adds one.`
  return { kind: 'invalid-request', message }
}

function ofVariable(name: string): Failure {
  const message = `The value of ${name} comes from that environment variable; set another one there, and start the client again.`
  return { kind: 'invalid-request', message }
}

function usualVariable(provider: ProviderId, name: string): Failure {
  const message = `${name} is the usual variable of ${provider}, which the configuration does not name; \`waybill keys disable ${provider} ${name}\` leaves it alone.`
  return { kind: 'invalid-request', message }
}
