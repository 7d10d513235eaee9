/** The program `waybill`: the command line, and with the verb `daemon` the daemon itself. Each loads only its own part. */
declare const WAYBILL_VERSION: string

async function main(): Promise<void> {
  const words = process.argv.slice(2)
  process.exitCode =
    words[0] === 'daemon' && !words.includes('--help') ? await daemon(words.slice(1)) : await cli(words)
}

async function daemon(words: readonly string[]): Promise<number> {
  const { runDaemon } = await import('./compose.ts')
  return runDaemon(words, WAYBILL_VERSION)
}

async function cli(words: readonly string[]): Promise<number> {
  const { runCli } = await import('./cli/cli.ts')
  return runCli({ words, version: WAYBILL_VERSION, program: [process.argv[1] ?? ''] })
}

void main()
