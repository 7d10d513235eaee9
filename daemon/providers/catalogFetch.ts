/** Fetches the catalogue and providers' own lists of models over HTTP. A catalogue's address gets no key. */
import type { Failure } from '../../shared/domain/failure.ts'
import type { ProviderId } from '../../shared/domain/ids.ts'
import { nextPageQueryOf } from '../core/catalog/listPage.ts'
import { authOf, type ProviderConnection } from './httpProvider.ts'
import type { UpstreamHttp, UpstreamRequest } from './upstreamHttp.ts'

type Fetched =
  | { readonly state: 'fetched'; readonly text: string; readonly etag?: string }
  | { readonly state: 'unchanged' }
  | { readonly state: 'failed'; readonly reason: string; readonly httpStatus?: number }

type FetchedPages =
  | { readonly state: 'fetched'; readonly texts: readonly string[] }
  | Exclude<Fetched, { readonly state: 'fetched' }>

const connectMs = 5_000
const totalMs = 30_000
/** In UTF-16 code units; of ASCII, as catalogues are, bytes. */
const maxLength = 8 * 1024 * 1024
/** Of a list of models; providers put up to 1,000 on one. */
const mostPages = 20

export function createCatalogFetch(http: UpstreamHttp, providers: () => ReadonlyMap<ProviderId, ProviderConnection>) {
  return {
    document: (url: string, etag: string | undefined, signal: AbortSignal) =>
      fetchText(http, { url, headers: etag === undefined ? {} : { 'if-none-match': etag } }, signal),
    modelList: async (id: ProviderId, signal: AbortSignal): Promise<FetchedPages> => {
      const connection = providers().get(id)
      if (connection === undefined || connection.socketPath !== undefined) return { state: 'unchanged' }
      const { row, baseUrl, keyNames, keyOf } = connection
      const key = keyNames.map(keyOf).find((value) => value !== undefined && value !== '')
      if (key === undefined && keyNames.length > 0) return { state: 'failed', reason: 'it has no key' }
      const headers = { ...row.headers, ...(key !== undefined && authOf(row, key)) }
      return fetchPages(http, { url: listUrlOf({ row, baseUrl }), headers }, signal)
    },
    /** The first page of a provider's list with this key, or, to see whether the list needs one, without any. */
    listWithKey: async (id: ProviderId, keyName: string | undefined, signal: AbortSignal): Promise<Fetched> => {
      const connection = providers().get(id)
      if (connection === undefined) return { state: 'failed', reason: 'it is not configured any more' }
      const { row, keyOf } = connection
      const key = keyName === undefined ? undefined : keyOf(keyName)
      const headers = { ...row.headers, ...(key !== undefined && authOf(row, key)) }
      return fetchText(http, { url: listUrlOf(connection), headers }, signal)
    },
  }
}

function listUrlOf({ row, baseUrl }: Pick<ProviderConnection, 'row' | 'baseUrl'>): string {
  return baseUrl.replace(/\/+$/, '') + row.modelsPath
}

/** Pages beyond the most that are read are left out. */
async function fetchPages(
  http: UpstreamHttp,
  { url, headers }: Pick<UpstreamRequest, 'url' | 'headers'>,
  signal: AbortSignal,
): Promise<FetchedPages> {
  const texts: string[] = []
  let query: string | undefined
  do {
    const page = query === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`
    const fetched = await fetchText(http, { url: page, headers }, signal)
    if (fetched.state !== 'fetched') return fetched
    texts.push(fetched.text)
    query = nextPageQueryOf(fetched.text)
  } while (query !== undefined && texts.length < mostPages)
  return { state: 'fetched', texts }
}

async function fetchText(
  http: UpstreamHttp,
  { url, headers }: Pick<UpstreamRequest, 'url' | 'headers'>,
  signal: AbortSignal,
): Promise<Fetched> {
  if (!URL.canParse(url)) return { state: 'failed', reason: 'its address is no URL' }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(totalMs)])
  const all = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'waybill', ...headers }
  const answer = await http.request({ method: 'GET', url, headers: all, connectMs }, limit)
  if (answer.type === 'failure') return failed(answer.failure)
  if (answer.httpStatus === 304) {
    answer.close()
    return { state: 'unchanged' }
  }
  if (answer.httpStatus !== 200) {
    answer.close()
    const { httpStatus } = answer
    return { state: 'failed', reason: `expected HTTP 200, found ${httpStatus}`, httpStatus }
  }
  let text = ''
  for await (const piece of answer.texts) {
    if (typeof piece !== 'string') return failed(piece)
    text += piece
    if (text.length <= maxLength) continue
    answer.close()
    return { state: 'failed', reason: 'expected at most 8 MB, found more' }
  }
  if (limit.aborted) return { state: 'failed', reason: `it took longer than ${totalMs / 1000} s` }
  const { etag } = answer.headers
  return { state: 'fetched', text, ...(etag !== undefined && { etag }) }
}

function failed({ message }: Failure): Fetched {
  return { state: 'failed', reason: message }
}
