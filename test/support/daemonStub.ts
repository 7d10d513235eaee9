/**
 * Stands in for the daemon where only its start counts. It becomes the daemon of WAYBILL_HOME, tells each connection, as JSON,
 * its process number, working folder, arguments and environment.
 * STUB says what goes wrong: `fail` (writes to its output, exits with 3), `hang` (never becomes the daemon).
 */
import { createServer } from 'node:net'
import { foldersIn } from '../../daemon/storage/dataFolders.ts'
import { becomeDaemon } from '../../daemon/storage/instanceLock.ts'

const about = { pid: process.pid, folder: process.cwd(), arguments: process.argv.slice(2), environment: process.env }

async function run(): Promise<void> {
  switch (process.env.STUB) {
    case 'fail':
      process.stderr.write('first line\nthe journal is of a newer schema\n')
      process.exit(3)
      break
    case 'hang':
      setInterval(() => undefined, 60_000)
      return
  }
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', () => socket.end(JSON.stringify(about)))
  })
  const folders = foldersIn(process.env.WAYBILL_HOME ?? '')
  const result = await becomeDaemon({
    folders,
    server,
    build: { version: '0.0.0', builtAtMs: 0 },
    startedAtMs: Date.now(),
  })
  if (result.state !== 'won') process.exit(result.state === 'exists' ? 0 : 1)
}

void run()
