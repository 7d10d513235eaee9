/**
 * Keeps the catalogue fresh: fetches it from the URL that the user named, and asks servers on this machine which models they
 * have, as long as somebody is connected. What fails is a warning, is tried again sooner, and changes nothing: what was
 * known stays in force. Nobody is asked whom the user did not name.
 */
import type { ProviderId } from '../../shared/domain/ids.ts'
import { utcDayOf } from '../../shared/domain/utcDay.ts'
import { type CatalogDocument, decodeCatalogDocument } from '../core/catalog/catalogDocument.ts'
import { decodeModelList } from '../core/catalog/modelList.ts'
import type { Catalog } from './catalog.ts'
import type { Clock, Log } from './ports.ts'

export type FetchedText =
  | { readonly state: 'fetched'; readonly text: string; readonly etag?: string }
  /** As the etag named it. */
  | { readonly state: 'unchanged' }
  | { readonly state: 'failed'; readonly reason: string; readonly httpStatus?: number }

export type CatalogFetch = {
  /** No key is sent, no redirect followed, and no more than 8 MB read. */
  readonly document: (url: string, etag: string | undefined, signal: AbortSignal) => Promise<FetchedText>
  /** The provider's own list of models, with its key if it has one. */
  readonly modelList: (provider: ProviderId, signal: AbortSignal) => Promise<FetchedPages>
}

export type FetchedPages =
  | { readonly state: 'fetched'; readonly texts: readonly string[] }
  | Exclude<FetchedText, { readonly state: 'fetched' }>

/** The last good one, as it was fetched; over restarts. */
export type CatalogFile = {
  readonly read: () => KeptCatalog | undefined
  readonly write: (kept: KeptCatalog) => void
}
export type KeptCatalog = {
  readonly url: string
  readonly etag?: string
  readonly fetchedOn: string
  readonly text: string
}

export type RefreshPorts = {
  readonly catalog: Catalog
  readonly fetch: CatalogFetch
  readonly file: CatalogFile
  readonly clock: Clock
  readonly log: Log
  readonly settings: () => RefreshSettings
  /** Somebody is connected. */
  readonly isWatched: () => boolean
}

export type RefreshSettings = {
  readonly url?: string
  readonly refreshHours: number
  readonly providers: readonly {
    readonly id: ProviderId
    readonly kind: string
    /** On this machine, as far as its address says: asked without being told to. */
    readonly isNear: boolean
  }[]
}

export type CatalogRefresh = {
  /** Fetches the catalogue if a URL is named, and every provider's list; answers what went wrong, in words. */
  readonly now: (signal: AbortSignal) => Promise<readonly string[]>
  /** Begins: looks once at local servers and, when it is old, at the catalogue; then every minute while it is watched. */
  readonly start: () => void
  /** Somebody came or went, or the settings changed: another URL is fetched at once. */
  readonly onChange: () => void
  /** Why the last fetch of the catalogue failed; undefined after one that did not, and without a URL. */
  readonly problem: () => string | undefined
  readonly stop: () => void
}

const everyMs = 60_000
const soonMs = 500
const hourMs = 3_600_000
/** After the first failure; doubled by each that follows, to an hour. */
const firstRetryMs = everyMs
const longestRetryMs = hourMs

export function createCatalogRefresh(ports: RefreshPorts): CatalogRefresh {
  const { catalog, fetch, file, clock, log } = ports
  const abort = new AbortController()
  let stopTimer: (() => void) | undefined
  let state: 'new' | 'waiting' | 'looking' = 'new'
  let url: string | undefined
  let failures = 0
  let problem: string | undefined
  /** On the monotonic clock. */
  let nextFetchAtMs = 0

  async function refreshDocument(signal: AbortSignal): Promise<readonly string[]> {
    followUrl()
    const asked = url
    if (asked === undefined) return []
    const found = await fetchDocument(asked, signal)
    // Broken off by whoever asked, or of an address that counts no more: it says nothing.
    if (!signal.aborted && asked === url) noteOutcome(found)
    return found === undefined ? [] : [found]
  }

  function noteOutcome(found: string | undefined): void {
    if (found !== undefined && found !== problem) log.warn(found)
    problem = found
    failures = found === undefined ? 0 : failures + 1
    const intervalMs = ports.settings().refreshHours * hourMs
    // 1, 2, 4... minutes, never later than without a failure.
    const retryMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1), intervalMs)
    nextFetchAtMs = clock.monotonicMs() + (failures === 0 ? intervalMs : retryMs)
  }

  /** Answers what went wrong. */
  async function fetchDocument(from: string, signal: AbortSignal): Promise<string | undefined> {
    const kept = file.read()
    const fetched = await fetch.document(from, kept?.url === from ? kept.etag : undefined, signal)
    switch (fetched.state) {
      case 'failed':
        return `The catalogue could not be fetched: ${fetched.reason}`
      case 'unchanged':
        return undefined
      case 'fetched': {
        const fetchedOn = utcDayOf(clock.wallMs())
        const document = documentOf(fetched.text, fetchedOn)
        if (document === undefined) {
          return 'The catalogue could not be used: expected JSON as models.dev has it, with models by provider; found other.'
        }
        if (from !== url) return undefined
        file.write({
          url: from,
          fetchedOn,
          text: fetched.text,
          ...(fetched.etag !== undefined && { etag: fetched.etag }),
        })
        catalog.setFetched(document)
        return undefined
      }
    }
  }

  /** True: another address is configured than before. */
  function followUrl(): boolean {
    const { url: configured } = ports.settings()
    if (configured === url) return false
    url = configured
    failures = 0
    problem = undefined
    nextFetchAtMs = 0
    catalog.forgetFetched()
    return true
  }

  async function discover(
    provider: RefreshSettings['providers'][number],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const fetched = await fetch.modelList(provider.id, signal)
    if (fetched.state !== 'fetched') {
      return fetched.state === 'failed' ? [`The models of ${provider.id} could not be listed: ${fetched.reason}`] : []
    }
    const reader = { kind: provider.kind, day: utcDayOf(clock.wallMs()), names: catalog.names }
    const pages = fetched.texts.map((text) => decodeModelList(parsedOf(text), reader))
    if (pages.includes(undefined)) {
      return [`The models of ${provider.id} could not be listed: expected a list, found other.`]
    }
    catalog.setDiscovered(
      provider.id,
      pages.flatMap((page) => page ?? []),
    )
    return []
  }

  async function everything(
    isWanted: (provider: RefreshSettings['providers'][number]) => boolean,
    signal: AbortSignal,
  ) {
    const lists = ports.settings().providers.filter(isWanted)
    return (await Promise.all(lists.map((provider) => discover(provider, signal)))).flat()
  }

  async function look(): Promise<void> {
    // A server that does not run is nothing to warn of.
    await everything(({ isNear }) => isNear, abort.signal)
    followUrl()
    if (clock.monotonicMs() >= nextFetchAtMs) await refreshDocument(abort.signal)
  }

  function lookAfter(delayMs: number): void {
    stopTimer?.()
    stopTimer = clock.startTimer(delayMs, () => {
      stopTimer = undefined
      state = 'looking'
      look()
        .catch((error: unknown) => log.error('looking for models was broken off by a bug', { error: String(error) }))
        .finally(() => {
          state = 'waiting'
          if (abort.signal.aborted) return
          if (followUrl()) lookAfter(soonMs)
          else if (ports.isWatched()) lookAfter(everyMs)
        })
    })
  }

  return {
    now: async (signal) => [...(await refreshDocument(signal)), ...(await everything(() => true, signal))],
    start: () => {
      url = ports.settings().url
      state = 'waiting'
      lookAfter(soonMs)
    },
    onChange: () => {
      if (state !== 'waiting' || abort.signal.aborted) return
      if (followUrl() || (stopTimer === undefined && ports.isWatched())) lookAfter(soonMs)
    },
    problem: () => problem,
    stop: () => {
      abort.abort()
      stopTimer?.()
    },
  }
}

/** Undefined: it is no catalogue. */
export function documentOf(text: string, fetchedOn: string): CatalogDocument | undefined {
  return decodeCatalogDocument(parsedOf(text), fetchedOn)
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
