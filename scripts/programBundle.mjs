// What esbuild is told to make of the program `waybill` (daemon and command line) and of whatever else runs in Node. Which
// build it is goes in as constants: the version, and its time in Unix milliseconds, which SOURCE_DATE_EPOCH (seconds, as
// reproducible-builds.org specifies it) sets.
import { readFileSync } from 'node:fs'

/** Without `SOURCE_DATE_EPOCH` now, so that what a developer built last is the newest. */
export function ownBuild() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  const epoch = process.env.SOURCE_DATE_EPOCH
  return { version, builtAtMs: epoch === undefined || epoch === '' ? Date.now() : Number(epoch) * 1000 }
}

export function definesOf({ version, builtAtMs }) {
  return { WAYBILL_VERSION: JSON.stringify(version), WAYBILL_BUILT_AT_MS: JSON.stringify(builtAtMs) }
}

export function nodeBundle(build) {
  return {
    bundle: true,
    logLevel: 'warning',
    define: definesOf(build),
    // A stack in the log must name functions. esbuild's keepNames would do it too, but at the cost of a call for each
    // closure that is made, several per cent of all CPU time.
    minifyIdentifiers: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // The editor gives the one; the other is native code, one package for each platform: where it is missing the daemon does
    // without.
    external: ['vscode', '@napi-rs/keyring'],
  }
}

export function programBundle(build, outfile) {
  const node = nodeBundle(build)
  // One model a line in the file; here without its line ends.
  const catalog = JSON.stringify(JSON.parse(readFileSync('daemon/catalog/snapshot.json', 'utf8')))
  return {
    ...node,
    // Only the path from source, which a bundle never takes, asks where its file lies.
    logOverride: { 'empty-import-meta': 'silent' },
    define: { ...node.define, WAYBILL_CATALOG: JSON.stringify(catalog) },
    entryPoints: ['daemon/main.ts'],
    outfile,
    banner: { js: '#!/usr/bin/env node' },
  }
}
