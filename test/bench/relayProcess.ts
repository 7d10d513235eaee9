/** A running bare relay and a client that asks through it. */
import type { Bench } from './benchDaemon.ts'
import { type AskingClient, createHttpClient } from './clients.ts'

export type RelayProcess = { readonly client: AskingClient; readonly pid: number; readonly end: () => Promise<void> }

export async function startRelay(bench: Bench, mockPort: number): Promise<RelayProcess> {
  const words = ['--import', 'tsx', 'test/bench/relay.ts', String(mockPort)]
  const { spawned, port } = await bench.processes.startServer(words)
  const client = createHttpClient(port)
  return {
    client,
    pid: spawned.pid,
    end: async () => {
      client.close()
      await spawned.end()
    },
  }
}
