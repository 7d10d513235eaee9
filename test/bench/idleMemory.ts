/** Resident memory of a daemon with one client that asks nothing: after its start, and after it has served requests. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Bench, startBenchDaemon } from './benchDaemon.ts'
import type { Figure } from './figures.ts'
import { residentMegabytesOf } from './processes.ts'

export async function measureIdleMemory(bench: Bench, mockPort: number): Promise<readonly Figure[]> {
  const requests = bench.isSmoke ? 2 : 100
  // V8 gives back what it no longer needs some 20 s after the last work.
  const settleMs = bench.isSmoke ? 10 : 30_000
  const daemon = await startBenchDaemon(bench, mockPort)
  try {
    const { pid } = daemon.spawned
    await daemon.client.request('waybill/status', {})
    await pause(settleMs)
    const started = residentMegabytesOf(pid)
    for (let request = 0; request < requests; request += 1) {
      await daemon.client.ask({ model: 'turns', eventCount: 20 })
    }
    await pause(settleMs)
    return [
      { id: 'idle-memory', title: 'idle after its start', value: started, unit: 'MB', limit: 80 },
      {
        id: 'idle-memory-after-requests',
        title: `idle after ${requests} requests`,
        value: residentMegabytesOf(pid),
        unit: 'MB',
        limit: 80,
      },
    ]
  } finally {
    await daemon.end()
  }
}
