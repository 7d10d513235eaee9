/** `waybill daemon`: help alone; the program's entry runs the daemon before verbs are looked at. */
import { UsageError } from '../usageError.ts'
import type { Verb } from '../verb.ts'

export const daemon: Verb = {
  name: 'daemon',
  summary: 'Run the daemon in this process',
  options: {},
  maxPositionals: 0,
  help: `Usage: waybill daemon [--idle-exit-ms MS]

Runs the daemon in this process until it is stopped or has been idle. You
rarely need it: every other verb starts the daemon in the background. Under a
supervisor use a long --idle-exit-ms. If another daemon already runs for this
user, it ends at once with exit code 0.

      --idle-exit-ms MS   end so long after the last client
                          (default 900000, 15 minutes)`,
  run: async () => {
    throw new UsageError('expected the program to run the daemon itself')
  },
}
