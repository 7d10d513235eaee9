// Builds everything that ships into dist/: the daemon with the command line, the extension, the panel's page.
// `--production` minifies. Takes about a second.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { build } from 'esbuild'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
// One model a line in the file; here without its line ends.
const catalog = JSON.stringify(JSON.parse(readFileSync('daemon/catalog/snapshot.json', 'utf8')))
const isProduction = process.argv.includes('--production')
const common = {
  bundle: true,
  minify: isProduction,
  sourcemap: isProduction ? false : 'linked',
  logLevel: 'warning',
  define: { WAYBILL_VERSION: JSON.stringify(version), WAYBILL_BUILT_AT: JSON.stringify(new Date().toISOString()) },
}
const node = {
  ...common,
  // A stack in the log must name functions. esbuild's keepNames would do it too, but at the cost of a call for each
  // closure that is made, several per cent of all CPU time.
  minifyIdentifiers: false,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Native code, one package for each platform; where it is missing the daemon does without.
  external: ['vscode', '@napi-rs/keyring'],
}

mkdirSync('dist', { recursive: true })
await Promise.all([
  build({
    ...node,
    // Only the path from source, which a bundle never takes, asks where its file lies.
    logOverride: { 'empty-import-meta': 'silent' },
    define: { ...node.define, WAYBILL_CATALOG: JSON.stringify(catalog) },
    entryPoints: ['daemon/main.ts'],
    outfile: 'dist/waybill.cjs',
    banner: { js: '#!/usr/bin/env node' },
  }),
  build({ ...node, entryPoints: ['extension/main.ts'], outfile: 'dist/extension.cjs' }),
  build({
    ...common,
    entryPoints: ['extension/panel/page/main.ts'],
    outfile: 'dist/panel.js',
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
  }),
])
chmodSync('dist/waybill.cjs', 0o755)
if (existsSync('extension/panel/page/panel.css')) copyFileSync('extension/panel/page/panel.css', 'dist/panel.css')
