/**
 * A process: the cheapest useful provider, on a loopback port that it sends to its parent. It streams chat completions
 * whose chunks are encoded beforehand. `max_tokens` of the request is the number of text events; the model says when:
 * `turns` one in each turn of the event loop, `one-write` all at once, `paced` one every 20 ms.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const gapMs = 20

function eventOf(delta: object, finishReason: string | null, more: object = {}): Buffer {
  const chunk = {
    id: 'chatcmpl-0000000000000000',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'mock-model',
    system_fingerprint: 'fp_mock',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...more,
  }
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`)
}

const first = eventOf({ role: 'assistant', content: '' }, null)
const middle = eventOf({ content: ' token' }, null)
const usage = { usage: { prompt_tokens: 12, completion_tokens: 20, total_tokens: 32 } }
const last = Buffer.concat([eventOf({}, 'stop', usage), Buffer.from('data: [DONE]\n\n')])

function answer(response: ServerResponse, model: string, eventCount: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.write(first)
  if (model === 'one-write') {
    response.end(Buffer.concat([...Array.from({ length: eventCount }, () => middle), last]))
    return
  }
  let sent = 0
  const step = () => {
    if (response.destroyed) return
    if (sent === eventCount) {
      response.end(last)
      return
    }
    sent += 1
    const hasRoom = response.write(middle)
    if (model === 'paced') setTimeout(step, gapMs)
    else if (hasRoom) setImmediate(step)
    else response.once('drain', step)
  }
  setImmediate(step)
}

const server = createServer({ keepAliveTimeout: 120_000, noDelay: true }, (request, response) => {
  // It has no list of models.
  if (request.method === 'GET') return void response.writeHead(404).end()
  const pieces: Buffer[] = []
  request.on('data', (bytes: Buffer) => pieces.push(bytes))
  request.on('end', () => {
    const { model, max_tokens: eventCount } = JSON.parse(Buffer.concat(pieces).toString('utf8'))
    answer(response, model, eventCount)
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(0))
