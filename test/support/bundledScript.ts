/** Bundles a script of test/support into the given folder, so that processes of it start as fast as the daemon's do. */
import { join } from 'node:path'
import { buildSync } from 'esbuild'

export function bundledScript(name: string, folder: string): string {
  const script = join(folder, `${name}.cjs`)
  buildSync({ entryPoints: [join(import.meta.dirname, `${name}.ts`)], bundle: true, platform: 'node', outfile: script })
  return script
}
