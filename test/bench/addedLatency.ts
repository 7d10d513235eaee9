/**
 * What the daemon adds to a short answer (20 events, one in each turn of the provider): one client asks a mock provider
 * on loopback itself and through the daemon's socket, in turns, one request at a time. The bare relay in the same turns
 * says what any process in between costs on this machine.
 */
import { type Bench, startBenchDaemon } from './benchDaemon.ts'
import { createHttpClient, type Timed } from './clients.ts'
import { type Figure, quantileOf } from './figures.ts'
import { startRelay } from './relayProcess.ts'

const shortAnswer = { model: 'turns', eventCount: 20 }

export async function measureAddedLatency(bench: Bench, mockPort: number): Promise<readonly Figure[]> {
  const rounds = bench.isSmoke ? 3 : 2_000
  const warmUpRounds = bench.isSmoke ? 1 : 1_000
  const daemon = await startBenchDaemon(bench, mockPort)
  const relay = await startRelay(bench, mockPort)
  const direct = createHttpClient(mockPort)
  try {
    const samples = { daemon: [] as Timed[], direct: [] as Timed[], relay: [] as Timed[] }
    for (let round = -warmUpRounds; round < rounds; round += 1) {
      const one = await direct.ask(shortAnswer)
      const second = await relay.client.ask(shortAnswer)
      const third = await daemon.client.ask(shortAnswer)
      if (round < 0) continue
      samples.direct.push(one)
      samples.relay.push(second)
      samples.daemon.push(third)
    }
    return [
      ...figuresOf('first-token', 'first token', samples, (timed) => timed.firstTextMs),
      ...figuresOf('answer', 'whole short answer', samples, (timed) => timed.totalMs),
    ]
  } finally {
    direct.close()
    await relay.end()
    await daemon.end()
  }
}

type Samples = Readonly<Record<'daemon' | 'direct' | 'relay', readonly Timed[]>>

function figuresOf(id: string, title: string, samples: Samples, msOf: (timed: Timed) => number): readonly Figure[] {
  const [self, through, relay] = [samples.direct, samples.daemon, samples.relay].map((one) => one.map(msOf))
  const p50 = (one: readonly number[] = []) => quantileOf(one, 0.5)
  const p99 = (one: readonly number[] = []) => quantileOf(one, 0.99)
  return [
    { id: `${id}-added-p50`, title: `${title}, added p50`, value: p50(through) - p50(self), unit: 'ms', limit: 0.6 },
    { id: `${id}-added-p99`, title: `${title}, added p99`, value: p99(through) - p99(self), unit: 'ms' },
    {
      id: `${id}-relay-added-p50`,
      title: `${title}, added by the relay p50`,
      value: p50(relay) - p50(self),
      unit: 'ms',
    },
    { id: `${id}-direct-p50`, title: `${title}, direct p50`, value: p50(self), unit: 'ms' },
    { id: `${id}-daemon-p50`, title: `${title}, through the daemon p50`, value: p50(through), unit: 'ms' },
    { id: `${id}-direct-p99`, title: `${title}, direct p99`, value: p99(self), unit: 'ms' },
    { id: `${id}-daemon-p99`, title: `${title}, through the daemon p99`, value: p99(through), unit: 'ms' },
  ]
}
