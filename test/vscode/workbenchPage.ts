// A headless Chromium showing one page for the workbench. The browser can reach 127.0.0.1 and nothing else, so a test that
// passes here does not depend on the network.

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { chromiumPath } from './paths.ts'

export interface WorkbenchPage {
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
}

// Signals are left to whoever opens the page: Playwright would answer SIGTERM by closing the browser and living on.
export async function openWorkbenchPage(): Promise<WorkbenchPage> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: [...chromiumArguments],
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  })
  try {
    const context = await browser.newContext({
      viewport: { width: 1400, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    // Twice what is usual: a workbench that was just reloaded on a busy machine takes its time.
    context.setDefaultTimeout(60_000)
    return { browser, context, page: await context.newPage() }
  } catch (error) {
    await browser.close()
    throw error
  }
}

const chromiumArguments = [
  // The tests run as root in containers, where Chromium's sandbox cannot start; it opens nothing but our own pages.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  // Containers give /dev/shm 64 MB, too little for the workbench.
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
]
