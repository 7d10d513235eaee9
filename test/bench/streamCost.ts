/**
 * CPU time of one event of a stream: the daemon's process beside the bare relay's, same provider, same client machine,
 * in turns. Bursts are streams of 1,000 events as fast as the provider gives them: one event in each of its turns, and
 * all in one write. Paced is 32 streams of 50 events a second side by side.
 */
import { type Bench, startBenchDaemon } from './benchDaemon.ts'
import type { AskingClient } from './clients.ts'
import { type Figure, medianOf } from './figures.ts'
import { cpuMsOf } from './processes.ts'
import { startRelay } from './relayProcess.ts'

type Load = {
  readonly id: string
  readonly title: string
  readonly model: string
  readonly streams: number
  readonly atOnce: number
  readonly eventCount: number
  readonly rounds: number
  readonly limit: number
}

export async function measureStreamCost(bench: Bench, mockPort: number): Promise<readonly Figure[]> {
  const relay = await startRelay(bench, mockPort)
  const daemon = await startBenchDaemon(bench, mockPort)
  try {
    const figures: Figure[] = []
    for (const load of loadsOf(bench)) {
      const sides = {
        daemon: { client: daemon.client, pid: daemon.spawned.pid },
        relay,
      }
      figures.push(...(await compare(load, sides)))
    }
    return figures
  } finally {
    await relay.end()
    await daemon.end()
  }
}

function loadsOf({ isSmoke }: Bench): readonly Load[] {
  const burst = { streams: isSmoke ? 1 : 20, atOnce: 1, eventCount: isSmoke ? 20 : 1_000, rounds: isSmoke ? 1 : 9 }
  const paced = { streams: isSmoke ? 2 : 32, atOnce: 32, eventCount: isSmoke ? 5 : 200, rounds: isSmoke ? 1 : 5 }
  return [
    { id: 'burst', title: 'burst, an event a turn', model: 'turns', limit: 2, ...burst },
    { id: 'burst-one-write', title: 'burst, one write', model: 'one-write', limit: 2, ...burst },
    { id: 'paced', title: 'paced, 32 streams of 50/s', model: 'paced', limit: 3, ...paced },
  ]
}

type Side = { readonly client: AskingClient; readonly pid: number }
type Cost = { readonly cpuUs: number; readonly clockUs: number }

async function compare(load: Load, sides: { readonly daemon: Side; readonly relay: Side }): Promise<readonly Figure[]> {
  const relay: Cost[] = []
  const daemon: Cost[] = []
  // The first round warms up.
  for (let round = 0; round <= load.rounds; round += 1) {
    const one = await costOf(load, sides.relay)
    const other = await costOf(load, sides.daemon)
    if (round === 0) continue
    relay.push(one)
    daemon.push(other)
  }
  const cpuUs = (costs: readonly Cost[]) => medianOf(costs.map((cost) => cost.cpuUs))
  const clockUs = (costs: readonly Cost[]) => medianOf(costs.map((cost) => cost.clockUs))
  const { id, title, limit } = load
  return [
    {
      id: `${id}-cpu-ratio`,
      title: `${title}: CPU an event / relay`,
      value: cpuUs(daemon) / cpuUs(relay),
      unit: 'x',
      limit,
    },
    { id: `${id}-daemon-cpu`, title: `${title}: daemon, CPU an event`, value: cpuUs(daemon), unit: 'us' },
    { id: `${id}-relay-cpu`, title: `${title}: relay, CPU an event`, value: cpuUs(relay), unit: 'us' },
    { id: `${id}-daemon-clock`, title: `${title}: daemon, clock an event`, value: clockUs(daemon), unit: 'us' },
    { id: `${id}-relay-clock`, title: `${title}: relay, clock an event`, value: clockUs(relay), unit: 'us' },
  ]
}

async function costOf(load: Load, side: Side): Promise<Cost> {
  const startedCpuMs = cpuMsOf(side.pid)
  const startedMs = performance.now()
  const ask = { model: load.model, eventCount: load.eventCount }
  for (let asked = 0; asked < load.streams; asked += load.atOnce) {
    const atOnce = Math.min(load.atOnce, load.streams - asked)
    await Promise.all(Array.from({ length: atOnce }, () => side.client.ask(ask)))
  }
  const events = load.streams * load.eventCount
  return {
    cpuUs: ((cpuMsOf(side.pid) - startedCpuMs) * 1_000) / events,
    clockUs: ((performance.now() - startedMs) * 1_000) / events,
  }
}
