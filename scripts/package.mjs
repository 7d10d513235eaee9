// `npm run package`: a production build, packed as dist/waybill.vsix. What goes in: .vscodeignore. Works without network.
import { execFileSync } from 'node:child_process'

const run = (program, ...words) => execFileSync(program, words, { stdio: 'inherit' })

run(process.execPath, 'scripts/build.mjs', '--production')
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
