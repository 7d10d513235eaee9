/** The program `waybill`: the command line, and with the verb `daemon` the daemon itself. Each loads only its own part. */
declare const WAYBILL_VERSION: string

async function main(): Promise<void> {
  const words = process.argv.slice(2)
  const { runCli } = await import('./cli/cli.ts')
  process.exitCode = await runCli({
    words,
    version: WAYBILL_VERSION,
    program: [process.argv[1] ?? ''],
    runDaemon: async (daemonWords) => {
      const { runDaemon } = await import('./compose.ts')
      return runDaemon(daemonWords, WAYBILL_VERSION)
    },
  })
}

void main()
