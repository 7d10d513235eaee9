// Builds everything that ships into dist/: the daemon with the command line, the extension, the panel's page.
// `--production` minifies. Takes about a second.
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { build } from 'esbuild'
import { definesOf, nodeBundle, ownBuild, programBundle } from './programBundle.mjs'

const own = ownBuild()
const isProduction = process.argv.includes('--production')
const mode = { minify: isProduction, sourcemap: isProduction ? false : 'linked' }

mkdirSync('dist', { recursive: true })
await Promise.all([
  build({ ...programBundle(own, 'dist/waybill.cjs'), ...mode }),
  build({
    ...nodeBundle(own),
    ...mode,
    entryPoints: ['extension/main.ts'],
    outfile: 'dist/extension.cjs',
  }),
  build({
    ...mode,
    bundle: true,
    logLevel: 'warning',
    define: definesOf(own),
    entryPoints: ['extension/panel/page/main.ts'],
    outfile: 'dist/panel.js',
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
  }),
])
chmodSync('dist/waybill.cjs', 0o755)
if (existsSync('extension/panel/page/panel.css')) copyFileSync('extension/panel/page/panel.css', 'dist/panel.css')
