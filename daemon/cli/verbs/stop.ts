/** `waybill stop`: ends the running daemon and waits until it let go of its socket. */
import { shutdown } from '../../../shared/protocol/shutdown.ts'
import { connectClient } from '../daemonClient.ts'
import { exitCodes } from '../exitCodes.ts'
import type { Verb } from '../verb.ts'
import { resultOf } from '../withClient.ts'

export const stop: Verb = {
  name: 'stop',
  summary: 'End the daemon',
  options: { json: { type: 'boolean' } },
  maxPositionals: 0,
  help: `Usage: waybill stop [--json]

Ends the daemon. Requests under way are cut and journalled as interrupted.
Editors that stay open start it again with their next prompt. It is no error if
none runs.`,
  run: async (context, given) => {
    const reached = await context.daemons.find()
    const say = (value: object, text: string): void =>
      context.terminal.out(given.has('json') ? `${JSON.stringify(value)}\n` : `${text}\n`)
    if (reached === undefined) {
      say({ wasRunning: false }, 'No daemon runs.')
      return exitCodes.ok
    }
    const closed = new Promise<void>((resolve) => reached.socket.once('close', () => resolve()))
    const client = await connectClient(reached, context)
    const { requestsInterrupted } = resultOf(await client.request(shutdown, {}))
    // The daemon ends its connections last.
    await closed
    const cut = requestsInterrupted === 0 ? '' : ` ${requestsInterrupted} requests under way were cut.`
    say({ wasRunning: true, requestsInterrupted }, `The daemon (process ${reached.discovery.pid}) ended.${cut}`)
    return exitCodes.ok
  },
}
