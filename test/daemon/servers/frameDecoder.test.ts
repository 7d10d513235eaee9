import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { createFrameDecoder } from '../../../daemon/servers/frameDecoder.ts'
import { maxHeaderBytes, maxMessageBytes } from '../../../shared/protocol/framing.ts'

describe('frame decoder', () => {
  it('gives the same bodies however the bytes are cut', () => {
    const seed = 20260801
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 200 }),
        (bodies, sizes) => {
          const bytes = Buffer.concat(bodies.map((body) => framed(Buffer.from(body))))
          const taken = bodiesOf(cut(bytes, sizes))
          assert.equal(taken.problem, undefined)
          assert.deepEqual(
            taken.bodies,
            bodies.map((body) => Buffer.from(body)),
          )
          assert.equal(taken.isBetweenMessages, true)
        },
      ),
      { seed, numRuns: 300 },
    )
  })

  it('gives both bodies when the bytes are cut in two at every position', () => {
    const bytes = Buffer.concat([
      framed(Buffer.from('{"a":"häß"}')),
      framed(Buffer.from('')),
      framed(Buffer.from('{}')),
    ])
    for (let position = 0; position <= bytes.length; position += 1) {
      const taken = bodiesOf([bytes.subarray(0, position), bytes.subarray(position)])
      assert.deepEqual(taken.bodies.map(String), ['{"a":"häß"}', '', '{}'], `cut at ${position}`)
    }
  })

  it('never throws and buffers no more than came, whatever bytes come', () => {
    const seed = 20260802
    const headerish = fc.constantFrom('Content-Length: ', '\r\n', '\r\n\r\n', '12', '-1', '{', ':', 'x', '\n', '\u0000')
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      headerish.map((text) => Buffer.from(text)),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const taken = bodiesOf(pieces)
        const takenBytes = taken.bodies.reduce((sum, body) => sum + body.length, 0)
        assert.ok(takenBytes <= Buffer.concat(pieces).length)
      }),
      { seed, numRuns: 2000 },
    )
  })

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['a header without end beyond its limit', `X: ${'a'.repeat(maxHeaderBytes)}`, /at most 4096 bytes/],
    ['a header with an end beyond its limit', `X: ${'a'.repeat(maxHeaderBytes)}\r\n\r\n`, /at most 4096 bytes/],
    ['a declared length beyond its limit', `Content-Length: ${maxMessageBytes + 1}\r\n\r\n`, /at most 67108864 bytes/],
    ['a length of a thousand digits', `Content-Length: ${'9'.repeat(1000)}\r\n\r\n`, /digits only/],
    ['a negative length', 'Content-Length: -5\r\n\r\n', /digits only/],
    ['a fractional length', 'Content-Length: 5.0\r\n\r\n', /digits only/],
    ['an empty length', 'Content-Length: \r\n\r\n', /digits only/],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\n', /one Content-Length/],
    ['no length', 'Content-Type: application/json\r\n\r\n', /found none/],
    ['an HTTP request', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', /expected the header/],
    ['the start of an HTTP request', 'GET / HT', /expected the header/],
    ['JSON without a header', '{"jsonrpc":"2.0"}', /expected the header/],
    ['bare line feeds', 'Content-Length: 2\n\n{}', /expected the header/],
    ['an empty header', '\r\n\r\n', /expected the header/],
  ]
  for (const [name, text, expected] of broken) {
    it(`refuses ${name}`, () => assert.match(bodiesOf([Buffer.from(text)]).problem ?? 'no problem', expected))
  }

  it('takes the length in any case, among other fields and with spaces', () => {
    const text = 'Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:  2 \r\n\r\n{}'
    assert.deepEqual(bodiesOf([Buffer.from(text)]).bodies.map(String), ['{}'])
  })

  it('takes a message of exactly the longest header and one of 20 MB in small pieces', () => {
    const filler = 'X: '.padEnd(maxHeaderBytes - 'Content-Length: 2\r\n\r\n\r\n'.length, 'a')
    const header = `${filler}\r\nContent-Length: 2\r\n\r\n`
    assert.equal(header.length, maxHeaderBytes)
    assert.deepEqual(bodiesOf([Buffer.from(`${header}{}`)]).bodies.map(String), ['{}'])
    const large = Buffer.alloc(20 * 1024 * 1024, 'x')
    const taken = bodiesOf(cut(framed(large), [65536]))
    assert.equal(taken.bodies.length, 1)
    assert.ok(taken.bodies[0]?.equals(large))
  })

  it('knows that it holds half a header or half a body', () => {
    assert.equal(bodiesOf([Buffer.from('Content-Le')]).isBetweenMessages, false)
    assert.equal(bodiesOf([Buffer.from('Content-Length: 5\r\n\r\n{')]).isBetweenMessages, false)
  })
})

function framed(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body])
}

/** Pieces of the given sizes, over and over. */
function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    pieces.push(bytes.subarray(start, start + size))
    start += size
  }
  return pieces
}

type Taken = {
  readonly bodies: readonly Buffer[]
  readonly problem: string | undefined
  readonly isBetweenMessages: boolean
}

function bodiesOf(pieces: readonly Buffer[]): Taken {
  const bodies: Buffer[] = []
  const decoder = createFrameDecoder((body) => bodies.push(Buffer.from(body)))
  let problem: string | undefined
  for (const piece of pieces) {
    problem = decoder.push(piece)
    if (problem !== undefined) break
  }
  return { bodies, problem, isBetweenMessages: decoder.isBetweenMessages() }
}
