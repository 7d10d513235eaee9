// `npm run package`: a production build, packed as dist/waybill.vsix. What goes in: .vscodeignore. Works without network.
// The package holds the native part of the keychain for this machine's platform; on another one, keys lie in a file.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'

const run = (program, ...words) => execFileSync(program, words, { stdio: 'inherit' })

run(process.execPath, 'scripts/build.mjs', '--production')
// Native code cannot be bundled: it lies beside the bundle, where Node looks for it.
const native = 'node_modules/@napi-rs'
rmSync(`dist/${native}`, { recursive: true, force: true })
if (existsSync(native)) cpSync(native, `dist/${native}`, { recursive: true })
run(
  'node_modules/.bin/vsce',
  'package',
  // Everything is bundled.
  '--no-dependencies',
  // The README's links would else be turned into links to a host.
  '--no-rewrite-relative-links',
  '--allow-missing-repository',
  '--out',
  'dist/waybill.vsix',
)
