// Makes sure that what the VS Code tests run in is there: code-server and Node 24 (installed if missing, about a minute)
// and Chromium (never installed by us: throws and says what to install).

import { spawnSync } from 'node:child_process'
import { chromiumPath, setupScript } from './paths.ts'

export function ensureSetup(): void {
  // First, because it is the cheaper one to be told about.
  chromiumPath()
  const setup = spawnSync(setupScript, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (setup.error !== undefined) throw setup.error
  if (setup.status !== 0) throw new Error(`test/vscode/setup.sh failed (${setup.status ?? setup.signal}).`)
}
