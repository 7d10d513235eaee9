// Where the VS Code tests find things. All paths are absolute; only `node24Path` and `codeServerEntry` need setup.sh to have run.

import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export const repoRoot = resolve(import.meta.dirname, '../..')

export const setupScript = join(import.meta.dirname, 'setup.sh')

/** A small workspace for tests. It is always copied; nobody writes into the original. */
export const fixtureWorkspace = join(import.meta.dirname, 'fixture')

/** Screenshots and logs; ignored by git. */
export const artifactsRoot = join(repoRoot, 'artifacts', 'vscode')

const installation = join(repoRoot, '.vscode-test', 'workbench')

export const codeServerEntry = join(installation, 'code-server/node_modules/code-server/out/node/entry.js')

/** The Node 24 that setup.sh installs: code-server needs it, and other tests can be repeated under it. */
export function node24Path(): string {
  return join(installation, 'node-24', 'bin', 'node')
}

/** The extension as users get it. runWorkbench.ts names the file that it packaged. */
export function packagedVsix(): string {
  return process.env.WAYBILL_TEST_VSIX ?? join(repoRoot, 'dist', 'waybill.vsix')
}

/** The browser that shows the workbench: $WAYBILL_CHROMIUM, or the first one on the PATH. Throws with what to install. */
export function chromiumPath(): string {
  const chosen = process.env.WAYBILL_CHROMIUM
  if (chosen !== undefined && chosen !== '') return chosen
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const candidate = join(folder, name)
      if (folder !== '' && existsSync(candidate)) return candidate
    }
  }
  throw new Error(
    `The VS Code tests need Chromium, and the PATH has none of ${names.join(', ')}. ` +
      'On Debian: apt-get install -y --no-install-recommends chromium. Elsewhere: WAYBILL_CHROMIUM=<path>.',
  )
}
