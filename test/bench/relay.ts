/**
 * A process: the bare relay that streams are compared with, the least that a router on Node can be. It takes an HTTP
 * request on a loopback port that it sends to its parent, calls the upstream on the port given, and parses, counts and
 * encodes again each server-sent event on its way back. It plans, bounds, journals and recovers nothing.
 */
import { Agent, createServer, request as startRequest } from 'node:http'
import type { AddressInfo } from 'node:net'

const upstreamPort = Number(process.argv[2])
const agent = new Agent({ keepAlive: true, maxSockets: 256, noDelay: true })
let eventCount = 0

/** What one read gave, as whole events encoded again, and the start of an event whose end has not come. */
function relayed(text: string, model: string): { readonly out: string; readonly rest: string } {
  let out = ''
  let rest = text
  for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
    const data = rest.slice('data: '.length, end)
    rest = rest.slice(end + 2)
    if (data === '[DONE]') {
      out += 'data: [DONE]\n\n'
      continue
    }
    const chunk = JSON.parse(data)
    chunk.model = model
    eventCount += 1
    out += `data: ${JSON.stringify(chunk)}\n\n`
  }
  return { out, rest }
}

const server = createServer({ keepAliveTimeout: 120_000, noDelay: true }, (request, response) => {
  const pieces: Buffer[] = []
  request.on('data', (bytes: Buffer) => pieces.push(bytes))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(pieces).toString('utf8'))
    const bytes = Buffer.from(JSON.stringify(body))
    const headers = { 'content-type': 'application/json', 'content-length': bytes.length }
    const options = { host: '127.0.0.1', port: upstreamPort, path: request.url, method: 'POST', agent, headers }
    const upstream = startRequest(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] ?? '' })
      let open = ''
      answer.setEncoding('utf8')
      answer.on('data', (text: string) => {
        const { out, rest } = relayed(open + text, body.model)
        open = rest
        if (out !== '') response.write(out)
      })
      answer.on('end', () => response.end())
    })
    upstream.on('error', () => response.destroy())
    response.on('close', () => upstream.destroy())
    upstream.end(bytes)
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit(eventCount >= 0 ? 0 : 1))
