// The workbench as a person uses it: the packaged extension installed, the command palette, the status bar, webviews.
// `startWorkbench` opens a copy of a folder and resolves once the status bar stands. `close` ends everything that was started,
// daemons included, and removes what was written; give it to the test's clean-up so that it also happens after a failure. It
// rejects when the workbench showed a notification that is not Waybill's: nobody would have looked at the picture.
// Logs and screenshots stay in `artifactsDir`.

import { appendFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Frame, Locator, Page } from 'playwright-core'
import { type CodeServer, type CodeServerFolders, installVsix, startCodeServer, writeSettings } from './codeServer.ts'
import { askDaemonsToEnd, endDaemonsOf } from './endDaemonsOf.ts'
import { exitOnSignals } from './exitOnSignals.ts'
import { foreignNotifications, watchNotifications } from './notifications.ts'
import { createTemporaryFolder, type TemporaryFolder } from './temporaryFolder.ts'
import { openWorkbenchPage, type WorkbenchPage } from './workbenchPage.ts'
import { workbenchUrl } from './workbenchUrl.ts'

export interface WorkbenchOptions {
  /** Files of packaged extensions. */
  readonly vsix: readonly string[]
  /** Copied; the test sees the copy as `folder`. */
  readonly folder: string
  readonly artifactsDir: string
  readonly settings?: Readonly<Record<string, unknown>>
  /** For the extension host and what it starts. With a WAYBILL_HOME of its own, the caller also ends the daemon in it. */
  readonly env?: Readonly<Record<string, string>>
  /** Default `off`: the folder is trusted. */
  readonly workspaceTrust?: 'off' | 'on'
  /** The id of a colour theme: `Dark Modern`, `Light Modern`, `Default High Contrast`, ... */
  readonly theme?: string
}

const startTimeoutMs = 60_000
const webviewTimeoutMs = 20_000
const pollMs = 50

export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  exitOnSignals()
  const workbench = new Workbench(options)
  try {
    await workbench.open()
    return workbench
  } catch (error) {
    await workbench.screenshot('start-failed').catch(() => undefined)
    await workbench.close().catch(() => undefined)
    throw error
  }
}

export class Workbench {
  /** The copy of the folder that is open. */
  readonly folder: string
  readonly waybillHome: string
  readonly #options: WorkbenchOptions
  readonly #temporary: TemporaryFolder
  readonly #serverFolders: CodeServerFolders
  readonly #askDaemons: () => void
  #server: CodeServer | undefined
  #shown: WorkbenchPage | undefined
  #notifications: () => readonly string[] = () => []
  readonly #consoleMessages: string[] = []

  /** Use `startWorkbench`. */
  constructor(options: WorkbenchOptions) {
    this.#options = options
    this.#temporary = createTemporaryFolder('waybill-ui-')
    const inside = (name: string) => join(this.#temporary.path, name)
    this.folder = inside('workspace')
    this.waybillHome = options.env?.WAYBILL_HOME ?? inside('home')
    this.#askDaemons = () => {
      if (this.#ownsHome) askDaemonsToEnd(this.waybillHome)
    }
    process.once('exit', this.#askDaemons)
    this.#serverFolders = {
      userData: inside('user-data'),
      extensions: inside('extensions'),
      scratch: inside('scratch'),
    }
    for (const folder of [inside('home'), this.#serverFolders.extensions, this.#serverFolders.scratch])
      mkdirSync(folder)
    cpSync(options.folder, this.folder, { recursive: true })
    rmSync(options.artifactsDir, { recursive: true, force: true })
    mkdirSync(options.artifactsDir, { recursive: true })
  }

  get page(): Page {
    if (this.#shown === undefined) throw new Error('The workbench is not open.')
    return this.#shown.page
  }

  async open(): Promise<void> {
    const theme = this.#options.theme
    writeSettings(this.#serverFolders.userData, {
      ...(theme === undefined ? {} : { 'workbench.colorTheme': theme }),
      ...this.#options.settings,
    })
    for (const vsix of this.#options.vsix) installVsix(vsix, this.#serverFolders)
    await Promise.all([this.#startServer(0), this.#openPage()])
    await this.#showWorkbench()
  }

  /** A status bar item by `publisher.name.itemId`; with a trailing dot, all items of that extension. */
  statusItem(id: string): Locator {
    const match = id.endsWith('.') ? `^="${id}"` : `="${id}"`
    return this.page.locator(`.statusbar-item[id${match}]`)
  }

  /** Runs a command from the palette by the whole title that it shows, such as `Waybill: Show Panel`. */
  async runCommand(title: string): Promise<void> {
    const { page } = this
    await page.keyboard.press('F1')
    const input = page.locator('.quick-input-widget input.input')
    await input.fill(`>${title}`)
    const row = page.locator('.quick-input-list .monaco-list-row')
    await row
      .filter({ has: page.getByText(title, { exact: true }) })
      .first()
      .click()
  }

  /** The document of the webview that has an element for the selector, once there is one. */
  async webview(selector: string, timeoutMs = webviewTimeoutMs): Promise<Frame> {
    const stopAtMs = Date.now() + timeoutMs
    while (Date.now() < stopAtMs) {
      for (const frame of this.page.frames()) {
        // A webview is a frame in a frame; the inner one holds the extension's document. Frames come and go meanwhile.
        const isDocument = /\/pre\/fake\.html/.test(frame.url())
        if (
          isDocument &&
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        )
          return frame
      }
      await pause(pollMs)
    }
    const picture = await this.screenshot('webview-missing')
    throw new Error(`No webview showed ${selector} within ${timeoutMs} ms. The window then: ${picture}`)
  }

  /** What any document of the window, webviews included, wrote to the console. */
  consoleMessages(): readonly string[] {
    return this.#consoleMessages
  }

  /** Keeps a picture of the whole window; gives its path. */
  async screenshot(name: string): Promise<string> {
    const path = join(this.#options.artifactsDir, `${name}.png`)
    // Out of the way: nothing is hovered over.
    await this.page.mouse.move(0, 0)
    await this.page.locator('.monaco-hover:visible').first().waitFor({ state: 'hidden' })
    await this.page.screenshot({ path })
    return path
  }

  /** As "Developer: Reload Window": a new window and a new extension host on the same server. */
  async reloadWindow(): Promise<void> {
    await this.#leaveWorkbench()
    await this.#showWorkbench()
  }

  /** As quitting VS Code and starting it again. The port stays, because the browser keeps secrets per origin. */
  async restart(): Promise<void> {
    if (this.#server === undefined) throw new Error('The workbench is not open.')
    const port = Number(new URL(this.#server.baseUrl).port)
    await this.#leaveWorkbench()
    await this.#server.end()
    await this.#startServer(port)
    await this.#showWorkbench()
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#shown?.browser.close(), this.#server?.end()])
    if (this.#ownsHome) await endDaemonsOf(this.waybillHome)
    process.removeListener('exit', this.#askDaemons)
    const logs = join(this.#serverFolders.userData, 'logs')
    if (existsSync(logs)) cpSync(logs, join(this.#options.artifactsDir, 'logs'), { recursive: true })
    this.#temporary.remove()
    const foreign = foreignNotifications(this.#notifications())
    if (foreign.length > 0) {
      throw new Error(`The workbench showed what is not Waybill's: ${foreign.map((words) => `“${words}”`).join(', ')}`)
    }
  }

  get #ownsHome(): boolean {
    return this.#options.env?.WAYBILL_HOME === undefined
  }

  async #startServer(port: number): Promise<void> {
    this.#server = await startCodeServer({
      folders: this.#serverFolders,
      env: { ...this.#options.env, WAYBILL_HOME: this.waybillHome },
      vscodeOptions: [],
      workspaceTrust: this.#options.workspaceTrust ?? 'off',
      port,
      log: (text) => this.#log(text),
    })
  }

  async #openPage(): Promise<void> {
    this.#shown = await openWorkbenchPage()
    this.#notifications = await watchNotifications(this.page)
    this.page.on('console', (message) => {
      this.#consoleMessages.push(message.text())
      this.#log(`[console ${message.type()}] ${message.text()}\n`)
    })
  }

  async #showWorkbench(): Promise<void> {
    if (this.#server === undefined) throw new Error('The server is not running.')
    const url = workbenchUrl(this.#server.baseUrl, { workspace: this.folder })
    await this.page.goto(url, { waitUntil: 'commit' })
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: startTimeoutMs })
  }

  async #leaveWorkbench(): Promise<void> {
    await this.page.goto('about:blank')
  }

  #log(text: string): void {
    appendFileSync(join(this.#options.artifactsDir, 'vscode.log'), text)
  }
}
