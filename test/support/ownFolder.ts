/**
 * A folder of the test's own, removed when it ends; `endUse` runs before that. Its path is short, because sockets come to
 * lie in it.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export function ownFolder(context: TestContext, endUse?: () => Promise<void>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wb-')))
  context.after(async () => {
    await endUse?.()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  })
  return folder
}
