import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createCatalogFetch } from '../../../daemon/providers/catalogFetch.ts'
import { providerRows } from '../../../daemon/providers/specs.ts'
import { provider } from '../../support/endpoints.ts'
import { ownHttp, startLoopback } from './loopback.ts'

const signal = new AbortController().signal

/** A provider that answers each query by the page that `pageOf` makes of it. */
async function pagesOf(
  context: TestContext,
  kind: 'anthropic' | 'google',
  pageOf: (query: URLSearchParams) => object | undefined,
) {
  const upstream = await startLoopback(context, (response, { path }) => {
    const page = pageOf(new URL(path, 'http://loopback').searchParams)
    response.writeHead(page === undefined ? 500 : 200).end(JSON.stringify(page))
  })
  const connection = {
    row: providerRows[kind],
    baseUrl: upstream.url,
    keyNames: ['KEY'],
    keyOf: () => 'a-key',
  }
  const fetch = createCatalogFetch(ownHttp(context), () => new Map([[provider('one'), connection]]))
  return { found: await fetch.modelList(provider('one'), signal), upstream }
}

test('a list of Anthropic is read to its last page, with the key on each', async (context) => {
  const { found, upstream } = await pagesOf(context, 'anthropic', (query) =>
    query.get('after_id') === null
      ? { data: [{ id: 'a' }], has_more: true, last_id: 'a b' }
      : { data: [{ id: query.get('after_id') }], has_more: false, last_id: null },
  )
  assert.ok(found.state === 'fetched')
  assert.deepEqual(
    found.texts.map((text) => JSON.parse(text).data[0].id),
    ['a', 'a b'],
  )
  assert.deepEqual(
    upstream.received.map(({ path, headers }) => [path, headers['x-api-key']]),
    [
      ['/models?limit=1000', 'a-key'],
      ['/models?limit=1000&after_id=a%20b', 'a-key'],
    ],
  )
})

test('a list of Gemini is read by its tokens, and one that never ends to the twentieth page', async (context) => {
  const { found, upstream } = await pagesOf(context, 'google', () => ({ models: [], nextPageToken: 'again' }))
  assert.ok(found.state === 'fetched')
  assert.equal(found.texts.length, 20)
  assert.equal(upstream.received[1]?.path, '/models?pageSize=1000&pageToken=again')
})

test('when a page cannot be had, the list is not taken for whole', async (context) => {
  const { found } = await pagesOf(context, 'google', (query) =>
    query.get('pageToken') === null ? { models: [], nextPageToken: 'next' } : undefined,
  )
  assert.deepEqual(found, { state: 'failed', reason: 'expected HTTP 200, found 500', httpStatus: 500 })
})
