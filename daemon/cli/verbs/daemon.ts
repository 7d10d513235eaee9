/** `waybill daemon`: help alone; the program's entry runs the daemon before verbs are looked at. */
import { UsageError } from '../usageError.ts'
import type { Verb } from '../verb.ts'

export const daemon: Verb = {
  name: 'daemon',
  summary: 'Run the daemon in this process',
  options: {},
  maxPositionals: 0,
  help: `Usage: waybill daemon [options]

Runs the daemon in this process until it is stopped or has been idle. You
rarely need it: every other verb starts the daemon in the background. Under a
supervisor use a long --idle-exit-ms. If another daemon already runs for this
user, it ends at once with exit code 0; if that one is of an older build, it
asks it to hand over, waits for that, and goes on in its place.

      --idle-exit-ms MS        end so long after the last client
                               (default 900000, 15 minutes)
      --hand-over-wait-ms MS   when a newer build asks to take over: how long to
                               serve everything while waiting for a moment
                               without requests (default 600000, 10 minutes)
      --hand-over-drain-ms MS  after that: how long to refuse new requests
                               before the rest is cut (default 120000)`,
  run: async () => {
    throw new UsageError('expected the program to run the daemon itself')
  },
}
