import { startBenchDaemon } from './benchDaemon.ts'
import { createProcesses } from './processes.ts'

const processes = createProcesses()
const mock = await processes.startServer(['--import', 'tsx', 'test/bench/mockProvider.ts'])
const d = await startBenchDaemon({ processes, program: process.argv[2]!, nodeOptions: [], isSmoke: true }, mock.port)
for (let i = 0; i < Number(process.argv[3]); i++) await d.client.ask({ model: 'turns', eventCount: 20 })
d.client.close()
const t = performance.now()
process.kill(d.spawned.pid, 'SIGTERM')
console.log(await d.spawned.ended, performance.now() - t)
await processes.endAll()
