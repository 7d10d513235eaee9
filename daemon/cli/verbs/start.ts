/** `waybill start`: makes sure that the daemon runs and says where, for editors and scripts that connect themselves. */
import { NoDaemonError } from '../daemonAccess.ts'
import { exitCodes } from '../exitCodes.ts'
import type { Verb } from '../verb.ts'

export const start: Verb = {
  name: 'start',
  summary: 'Make sure the daemon runs and say where',
  options: { json: { type: 'boolean' } },
  maxPositionals: 0,
  help: `Usage: waybill start [--json]

Finds the running daemon or starts one, and prints where it listens. You rarely
need it: every other verb starts the daemon by itself. Editors and scripts that
connect themselves use it; --json prints the discovery file, as described in
PROTOCOL.md (with the token: do not publish it).

Example:
  waybill start --json`,
  run: async ({ daemons, terminal }, given) => {
    const reached = await daemons.findOrStart({})
    if (typeof reached === 'string') throw new NoDaemonError(reached)
    reached.socket.destroy()
    const { pid, version, socketPath } = reached.discovery
    if (given.has('json')) terminal.out(`${JSON.stringify(reached.discovery)}\n`)
    else terminal.out(`Waybill ${version} runs as process ${pid} at ${socketPath}\n`)
    return exitCodes.ok
  },
}
