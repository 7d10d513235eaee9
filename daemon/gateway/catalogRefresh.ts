/**
 * Keeps the catalogue fresh: fetches it from the URL that the user named, and asks servers on this machine which models they
 * have. What fails is a warning and changes nothing: what was known stays in force. Nobody is asked whom the user did not
 * name.
 */
import type { ProviderId } from '../../shared/domain/ids.ts'
import { type CatalogDocument, decodeCatalogDocument } from '../core/catalog/catalogDocument.ts'
import { decodeModelList } from '../core/catalog/modelList.ts'
import type { Catalog } from './catalog.ts'
import type { Clock, Log } from './ports.ts'
import { utcDayOf } from './statsRange.ts'

export type FetchedText =
  | { readonly state: 'fetched'; readonly text: string; readonly etag?: string }
  /** As the etag named it. */
  | { readonly state: 'unchanged' }
  | { readonly state: 'failed'; readonly reason: string }

export type CatalogFetch = {
  /** No key is sent, no redirect followed, and no more than 8 MB read. */
  readonly document: (url: string, etag: string | undefined, signal: AbortSignal) => Promise<FetchedText>
  /** The provider's own list of models, with its key if it has one. */
  readonly modelList: (provider: ProviderId, signal: AbortSignal) => Promise<FetchedText>
}

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
  /** Begins; local servers at once and then every minute, the catalogue when it is old. */
  readonly start: () => void
  readonly stop: () => void
}

const localEveryMs = 60_000
const firstLookMs = 500
const hourMs = 3_600_000

export function createCatalogRefresh(ports: RefreshPorts): CatalogRefresh {
  const { catalog, fetch, file, clock, log } = ports
  const abort = new AbortController()
  let stopTimer = () => {}
  let fetchedAtMs: number | undefined

  async function refreshDocument(signal: AbortSignal): Promise<readonly string[]> {
    const { url } = ports.settings()
    if (url === undefined) return []
    fetchedAtMs = clock.monotonicMs()
    const kept = file.read()
    const etag = kept?.url === url ? kept.etag : undefined
    const fetched = await fetch.document(url, etag, signal)
    switch (fetched.state) {
      case 'failed':
        return [`The catalogue could not be fetched: ${fetched.reason}`]
      case 'unchanged':
        return []
      case 'fetched': {
        const fetchedOn = utcDayOf(clock.wallMs())
        const document = documentOf(fetched.text, fetchedOn)
        if (document === undefined) {
          return [
            'The catalogue could not be used: expected JSON as models.dev has it, with models by provider; found other.',
          ]
        }
        file.write({ url, fetchedOn, text: fetched.text, ...(fetched.etag !== undefined && { etag: fetched.etag }) })
        catalog.setFetched(document)
        return []
      }
    }
  }

  async function discover(
    provider: RefreshSettings['providers'][number],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const fetched = await fetch.modelList(provider.id, signal)
    if (fetched.state !== 'fetched') {
      return fetched.state === 'failed' ? [`The models of ${provider.id} could not be listed: ${fetched.reason}`] : []
    }
    const models = decodeModelList(parsedOf(fetched.text), provider.kind)
    if (models === undefined) return [`The models of ${provider.id} could not be listed: expected a list, found other.`]
    catalog.setDiscovered(provider.id, models)
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
    const { refreshHours } = ports.settings()
    const isOld = fetchedAtMs === undefined || clock.monotonicMs() - fetchedAtMs >= refreshHours * hourMs
    const problems = isOld ? await refreshDocument(abort.signal) : []
    for (const problem of problems) log.warn(problem)
  }

  function lookAfter(delayMs: number): void {
    stopTimer = clock.startTimer(delayMs, () => {
      look()
        .catch((error: unknown) => log.error('looking for models was broken off by a bug', { error: String(error) }))
        .finally(() => {
          if (!abort.signal.aborted) lookAfter(localEveryMs)
        })
    })
  }

  return {
    now: async (signal) => [...(await refreshDocument(signal)), ...(await everything(() => true, signal))],
    start: () => lookAfter(firstLookMs),
    stop: () => {
      abort.abort()
      stopTimer()
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
