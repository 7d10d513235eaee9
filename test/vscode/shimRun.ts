// One run of a suite for codeShim.ts: `start` brings up the result channel, the server and the workbench page, and from then on
// whatever can decide the run calls `decide`, more than once if more than one thing happens. `dispose` ends and removes it all.
// Logs, and a screenshot of a failure, go to the `artifacts` folder if there is one.

import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { type CodeServer, startCodeServer, writeSettings } from './codeServer.ts'
import type { ShimRequest } from './shimArguments.ts'
import { listenToSuite } from './suiteChannel.ts'
import { createTemporaryFolder } from './temporaryFolder.ts'
import { openWorkbenchPage, type WorkbenchPage } from './workbenchPage.ts'
import { workbenchUrl } from './workbenchUrl.ts'

/** An exit code of codeShim.ts and, unless the suite spoke for itself, the reason. */
export type Decide = (exitCode: number, reason: string) => void

export class ShimRun {
  readonly #request: ShimRequest
  readonly #artifacts: string | undefined
  readonly #scratch = createTemporaryFolder('code-shim-')
  #server: CodeServer | undefined
  #workbench: WorkbenchPage | undefined

  constructor(request: ShimRequest, artifacts: string | undefined) {
    this.#request = request
    this.#artifacts = artifacts
  }

  async start(decide: Decide): Promise<void> {
    const socketPath = join(this.#scratch.path, 'suite.sock')
    await listenToSuite(socketPath, {
      onOutput: (text) => process.stdout.write(text),
      onResult: (exitCode) => decide(exitCode, ''),
      onLost: () => decide(91, 'the extension host went away before the suite ended'),
    })
    const wrapper = this.#buildWrapper()
    const [server, workbench] = await Promise.all([this.#startServer(), this.#openPage(decide)])
    void server.ended.then(() => decide(92, 'code-server ended before the suite'))

    const url = workbenchUrl(server.baseUrl, {
      workspace: this.#request.workspace,
      extensionDevelopmentPath: this.#request.extensionDevelopmentPath,
      extensionTestsPath: wrapper,
      extensionEnvironment: { CODE_SHIM_SOCKET: socketPath, CODE_SHIM_SUITE: this.#request.extensionTestsPath },
      disableExtensions: this.#request.disableExtensions,
    })
    await workbench.page.goto(url, { waitUntil: 'commit' })
  }

  async photographFailure(): Promise<void> {
    if (this.#artifacts === undefined) return
    const path = join(this.#artifacts, 'failure.png')
    // There may be nothing left to photograph.
    await this.#workbench?.page.screenshot({ path, timeout: 5_000 }).catch(() => undefined)
  }

  async dispose(): Promise<void> {
    await Promise.allSettled([this.#workbench?.browser.close(), this.#server?.end()])
    this.#scratch.remove()
  }

  async #startServer(): Promise<CodeServer> {
    const folders = {
      userData: this.#request.userData ?? join(this.#scratch.path, 'user-data'),
      extensions: this.#request.extensions ?? join(this.#scratch.path, 'extensions'),
      scratch: this.#scratch.path,
    }
    mkdirSync(folders.extensions, { recursive: true })
    writeSettings(folders.userData, {})
    // A host that was killed leaves its lock file here, and the next one would wait for it.
    rmSync(join(folders.userData, 'User', 'workspaceStorage'), { recursive: true, force: true })
    this.#server = await startCodeServer({
      folders,
      env: {},
      // Without it the workbench silently ignores that it was asked to run tests.
      vscodeOptions: ['enable-smoke-test-driver'],
      port: 0,
      log: (text) => this.#log(text),
    })
    return this.#server
  }

  async #openPage(decide: Decide): Promise<WorkbenchPage> {
    const workbench = await openWorkbenchPage()
    this.#workbench = workbench
    const { page } = workbench
    // The two functions through which the smoke-test driver reports.
    await page.exposeFunction('codeAutomationLog', (type: string, values: readonly unknown[]) =>
      this.#log(`[workbench ${type}] ${values.map(textOf).join(' ')}\n`),
    )
    await page.exposeFunction('codeAutomationExit', (code: number) =>
      decide(93, `the workbench ended (${code}) without a result from the suite`),
    )
    page.on('crash', () => decide(92, 'the workbench page crashed'))
    return workbench
  }

  #buildWrapper(): string {
    const outfile = join(this.#scratch.path, 'suiteWrapper.cjs')
    buildSync({
      entryPoints: [join(import.meta.dirname, 'suiteWrapper.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    })
    return outfile
  }

  #log(text: string): void {
    if (this.#artifacts === undefined) return
    mkdirSync(this.#artifacts, { recursive: true })
    appendFileSync(join(this.#artifacts, 'vscode.log'), text)
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
