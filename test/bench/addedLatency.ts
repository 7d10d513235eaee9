/**
 * What the daemon adds to a short answer (20 events, one in each turn of the provider): one client asks a mock provider
 * on loopback itself and through the daemon's socket, in turns, one request at a time.
 */
import { type Bench, startBenchDaemon } from './benchDaemon.ts'
import { createHttpClient, type Timed } from './clients.ts'
import { type Figure, quantileOf } from './figures.ts'

const shortAnswer = { model: 'turns', eventCount: 20 }

export async function measureAddedLatency(bench: Bench, mockPort: number): Promise<readonly Figure[]> {
  const rounds = bench.isSmoke ? 3 : 1_000
  const warmUpRounds = bench.isSmoke ? 1 : 300
  const daemon = await startBenchDaemon(bench, mockPort)
  const direct = createHttpClient(mockPort)
  try {
    const through: Timed[] = []
    const self: Timed[] = []
    for (let round = -warmUpRounds; round < rounds; round += 1) {
      const one = await direct.ask(shortAnswer)
      const other = await daemon.client.ask(shortAnswer)
      if (round < 0) continue
      self.push(one)
      through.push(other)
    }
    return [
      ...figuresOf('first-token', 'first token', self.map(firstTextMsOf), through.map(firstTextMsOf)),
      ...figuresOf('answer', 'whole short answer', self.map(totalMsOf), through.map(totalMsOf)),
    ]
  } finally {
    direct.close()
    await daemon.end()
  }
}

function figuresOf(id: string, title: string, self: readonly number[], through: readonly number[]): readonly Figure[] {
  const p50 = (samples: readonly number[]) => quantileOf(samples, 0.5)
  const p99 = (samples: readonly number[]) => quantileOf(samples, 0.99)
  return [
    { id: `${id}-added-p50`, title: `${title}, added p50`, value: p50(through) - p50(self), unit: 'ms', limit: 0.6 },
    { id: `${id}-added-p99`, title: `${title}, added p99`, value: p99(through) - p99(self), unit: 'ms' },
    { id: `${id}-direct-p50`, title: `${title}, direct p50`, value: p50(self), unit: 'ms' },
    { id: `${id}-daemon-p50`, title: `${title}, through the daemon p50`, value: p50(through), unit: 'ms' },
    { id: `${id}-direct-p99`, title: `${title}, direct p99`, value: p99(self), unit: 'ms' },
    { id: `${id}-daemon-p99`, title: `${title}, through the daemon p99`, value: p99(through), unit: 'ms' },
  ]
}

function firstTextMsOf(timed: Timed): number {
  return timed.firstTextMs
}

function totalMsOf(timed: Timed): number {
  return timed.totalMs
}
