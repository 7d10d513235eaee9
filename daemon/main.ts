/** The program `waybill`: the command line, and with the verb `daemon` the daemon itself. Each loads only its own part. */
import type { Build } from '../shared/domain/build.ts'

declare const WAYBILL_VERSION: string
declare const WAYBILL_BUILT_AT_MS: number

async function main(): Promise<void> {
  const words = process.argv.slice(2)
  process.exitCode =
    words[0] === 'daemon' && !words.includes('--help') ? await daemon(words.slice(1)) : await cli(words)
}

async function daemon(words: readonly string[]): Promise<number> {
  const { runDaemon } = await import('./compose.ts')
  return runDaemon(words, build())
}

async function cli(words: readonly string[]): Promise<number> {
  const { runCli } = await import('./cli/cli.ts')
  return runCli({ words, build: build(), program: [process.argv[1] ?? ''] })
}

function build(): Build {
  return { version: WAYBILL_VERSION, builtAtMs: WAYBILL_BUILT_AT_MS }
}

void main()
