import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPartStream, type PartStream } from '../../../daemon/gateway/partStream.ts'
import { nothingDrawn, onStreamPart } from '../../../shared/domain/drawnText.ts'
import type { StreamPart, UnnumberedPart } from '../../../shared/domain/streamPart.ts'

const append = (attempt: number, text: string): UnnumberedPart => ({ type: 'text-append', attempt, text })
const rewind = (attempt: number): UnnumberedPart => ({ type: 'rewind', attempt })
const end: UnnumberedPart = { type: 'request-end', outcome: 'succeeded' }

/** A client: draws what it is handed, and remembers where it stands. */
function createReader() {
  let drawn = nothingDrawn
  const numbers: number[] = []
  return {
    sink: (parts: readonly StreamPart[]) => {
      for (const part of parts) {
        numbers.push(part.number)
        drawn = onStreamPart(drawn, part)
      }
      return undefined
    },
    drawn: () => drawn,
    numbers,
  }
}

test('parts appended together are handed over together, in the same turn', () => {
  const stream = createPartStream(1_000)
  const batches: number[] = []
  stream.attach(0, (parts) => {
    batches.push(parts.length)
    return undefined
  })
  stream.append([append(1, 'a'), append(1, 'b')])
  stream.append([append(1, 'c')])
  assert.deepEqual(batches, [2, 1])
})

test('an attach gets all parts after its number, then live ones', () => {
  const stream = createPartStream(1_000)
  stream.append([append(1, 'a'), append(1, 'b')])
  const reader = createReader()
  stream.attach(1, reader.sink)
  stream.append([append(1, 'c')])
  assert.deepEqual(reader.numbers, [2, 3])
})

test('a second attach takes over, and the first is told', async () => {
  const stream = createPartStream(1_000)
  const first = createReader()
  const second = createReader()
  const attached = stream.attach(0, first.sink)
  stream.append([append(1, 'a')])
  const other = stream.attach(0, second.sink)
  stream.append([append(1, 'b'), end])
  stream.close()
  assert.equal(await attached.end, 'taken-over')
  assert.equal(await other.end, 'ended')
  assert.equal(first.drawn().text, 'a')
  assert.equal(second.drawn().text, 'ab')
})

test('what a dead attempt said is left out of a range that holds its rewind', () => {
  const stream = createPartStream(1_000)
  stream.append([append(1, 'dead'), rewind(1), append(2, 'alive')])
  const reader = createReader()
  stream.attach(0, reader.sink)
  assert.deepEqual(reader.numbers, [2, 3])
  assert.equal(reader.drawn().text, 'alive')
})

test('beyond the limit of unread parts there is no room until somebody reads', async () => {
  const stream = createPartStream(1_000)
  assert.equal(stream.room(), undefined)
  stream.append([append(1, 'x'.repeat(2_000))])
  const room = stream.room()
  assert.ok(room !== undefined)
  stream.attach(0, () => undefined)
  await room
  assert.equal(stream.room(), undefined)
})

test('a busy reader is handed what gathered meanwhile, once, in one go', async () => {
  const stream = createPartStream(1_000)
  let release: () => void = () => {}
  const batches: (readonly number[])[] = []
  stream.attach(0, (parts) => {
    batches.push(parts.map((part) => part.number))
    return batches.length > 1 ? undefined : new Promise((resolve) => (release = resolve))
  })
  stream.append([append(1, 'a')])
  stream.append([append(1, 'b')])
  stream.append([append(1, 'c')])
  assert.deepEqual(batches, [[1]])
  release()
  await new Promise(setImmediate)
  assert.deepEqual(batches, [[1], [2, 3]])
})

type Action =
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'rewind' }
  | { readonly do: 'catch-up' }
  | { readonly do: 'attach'; readonly back: number }
  | { readonly do: 'detach' }

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('say' as const), text: fc.string({ maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'rewind' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'catch-up' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('attach' as const), back: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'detach' as const }) },
)

/** A client that draws, may be slow to take what it is handed, loses its connection and attaches again. */
function createClient(stream: PartStream, pace: 'quick' | 'slow') {
  let drawn = nothingDrawn
  const busy: (() => void)[] = []
  const sink = (parts: readonly StreamPart[]) => {
    for (const part of parts) drawn = onStreamPart(drawn, part)
    return pace === 'slow' ? new Promise<void>((resolve) => busy.push(resolve)) : undefined
  }
  let attached = stream.attach(0, sink)
  const catchUp = async () => {
    for (const resolve of busy.splice(0)) resolve()
    await Promise.resolve()
  }
  /** After the last part it drew, or from nothing as a reloaded window does. */
  const attach = (from: 'last' | 'nothing') => {
    if (from === 'nothing') drawn = nothingDrawn
    attached = stream.attach(drawn.lastPartNumber, sink)
  }
  const readToEnd = async () => {
    let isOver = false
    const over = attached.end.finally(() => {
      isOver = true
    })
    while (!isOver) await catchUp()
    return over
  }
  return { catchUp, attach, detach: () => attached.detach(), readToEnd, text: () => drawn.text }
}

test('whatever the schedule of words, rewinds, losses, pauses and attaches: the text drawn at the end is the last attempt’s whole text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), fc.constantFrom('quick', 'slow'), async (actions, pace) => {
      const stream = createPartStream(200)
      const client = createClient(stream, pace)
      let attempt = 1
      let expected = ''
      for (const step of actions) {
        switch (step.do) {
          case 'say':
            stream.append([append(attempt, step.text)])
            expected += step.text
            break
          case 'rewind':
            stream.append([rewind(attempt)])
            attempt += 1
            expected = ''
            break
          case 'attach':
            client.attach(step.back === 0 ? 'nothing' : 'last')
            break
          case 'detach':
            client.detach()
            break
          case 'catch-up':
            await client.catchUp()
        }
      }
      client.attach('last')
      stream.append([end])
      stream.close()
      assert.equal(await client.readToEnd(), 'ended')
      assert.equal(client.text(), expected)
    }),
  )
})
