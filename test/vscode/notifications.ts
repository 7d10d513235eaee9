// What the workbench told its user in notifications. `watchNotifications` begins with the page's next document and gives a
// function that lists each notification once, by the words that a screen reader says: they name the extension it is from.

import type { Page } from 'playwright-core'

export async function watchNotifications(page: Page): Promise<() => readonly string[]> {
  const seen = new Set<string>()
  await page.exposeFunction('waybillNotificationSeen', (words: string) => seen.add(words))
  await page.addInitScript(watchScript)
  return () => [...seen]
}

/** Those that VS Code or another extension is behind. */
export function foreignNotifications(seen: readonly string[]): readonly string[] {
  return seen.filter((words) => !/source: Waybill\b/.test(words))
}

// As text, because the compiler of the tests would have functions call helpers that the page does not have.
const watchScript = `
  if (window === window.top) {
    const seen = new Set()
    const look = () => {
      for (const row of document.querySelectorAll('.notifications-toasts .monaco-list-row[aria-label]')) {
        const words = row.getAttribute('aria-label')
        if (words === '' || seen.has(words)) continue
        seen.add(words)
        window.waybillNotificationSeen(words)
      }
    }
    const what = { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-label'] }
    new MutationObserver(look).observe(document, what)
  }
`
