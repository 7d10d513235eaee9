/** The panel's built page in a real browser, under the policy and with the theme variables that VS Code gives it. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { type Browser, chromium, type Locator } from 'playwright-core'
import { localTimeOf } from '../../extension/panel/localTime.ts'
import { panelHtml } from '../../extension/panel/panelHtml.ts'
import { type ViewInput, viewOf } from '../../extension/panel/view.ts'
import type { PanelView } from '../../extension/panel/viewModel.ts'
import {
  attempt,
  busyJournal,
  busyStats,
  journalResult,
  sampleNowMs,
  statsResult,
  statsRow,
  waybillFields,
} from '../extension/panel/samples.ts'
import { darkModern, highContrast, lightModern, type Theme } from '../extension/panel/themes.ts'
import { chromiumPath } from '../vscode/paths.ts'

const repository = resolve(import.meta.dirname, '../..')
const artifacts = join(repository, 'artifacts', 'panel')
const firstRequest = 'Waybill of Refactor, 14:03'

let folder = ''
let browser: Browser

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-panel-'))
  mkdirSync(artifacts, { recursive: true })
  const page = join(repository, 'extension/panel/page')
  await build({
    entryPoints: [
      { in: join(page, 'main.ts'), out: 'panel' },
      { in: join(page, 'panel.css'), out: 'panel' },
    ],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    outdir: folder,
    logLevel: 'warning',
  })
  browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND'],
  })
})

after(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the page draws what it is given, in four widths and three themes, without breaking its policy', async () => {
  const themes = { dark: darkModern, light: lightModern, contrast: highContrast }
  for (const [name, theme] of Object.entries(themes)) {
    for (const width of [300, 500, 600, 1200]) {
      const panel = await openPanel({ theme, width })
      await panel.show(busy())
      await panel.page.getByRole('button', { name: firstRequest }).click()
      await panel.page.screenshot({ path: join(artifacts, `figures-${name}-${width}.png`), fullPage: true })
      assert.equal(plain(await textOf(panel.page.locator('[data-card=cost] .figure'))), '~$41.33')
      assert.equal(await panel.page.locator('.groups tbody tr').count(), 5)
      assert.equal(await panel.page.locator('.requests .row').count(), 6)
      assert.equal(await panel.overflow(), 0, `wider than its ${width} px`)
      await panel.close()
    }
  }
})

test('in the narrowest side bar no figure is cut', async () => {
  const slow = { count: 9, p50: 90_000, p90: 90_000, p99: 3_599_000 }
  const rows = busyStats.rows.map((row) => ({ ...row, firstTextMs: slow, totalMs: slow }))
  const figures = { ...busyFigures, stats: { ...busyStats, rows } }
  for (const width of [240, 280, 300, 320]) {
    const panel = await openPanel({ width })
    await panel.show(view({ figures, profile: { profile: 'balanced', source: 'default' } as ViewInput['profile'] }))
    await panel.page.screenshot({ path: join(artifacts, `narrow-${width}.png`), fullPage: true })
    assert.deepEqual(await panel.page.evaluate(cutCells), [], `cut at ${width} px`)
    assert.equal(await panel.overflow(), 0, `wider than its ${width} px`)
    await panel.close()
  }
})

test('the head names the profile in force, and a click asks for another', async () => {
  const panel = await openPanel({ width: 300 })
  await panel.show(view({ profile: { profile: 'balanced', source: 'workspace-file' } as ViewInput['profile'] }))
  const profile = panel.page.locator('.profile')
  assert.equal(await textOf(profile), 'profile balanced')
  assert.match((await profile.getAttribute('title')) ?? '', /named in \.waybill\.json/)
  await profile.click()
  assert.deepEqual((await panel.heard()).at(-1), { type: 'act', action: 'pick-profile' })
  await panel.close()
})

test('each state has its words: first run, nothing in range, not running, lost', async () => {
  const nothing = { stats: statsResult(), journal: journalResult(), takenAtMs: sampleNowMs }
  const lost = { kind: 'lost', lostAtMs: sampleNowMs, nextTryAtMs: sampleNowMs + 4000, reason: 'It ended.' } as const
  const rows: readonly (readonly [string, PanelView, RegExp])[] = [
    ['first-run', view({ figures: nothing }), /No requests yet.*Choose a profile.*Run a prompt.*never counted/s],
    [
      'empty-range',
      view({ figures: { ...nothing, journal: busyJournal } }),
      /No requests in this range\..*Show 30\sd/s,
    ],
    ['not-running', view({ connection: { kind: 'none' } }), /Not running.*Waybill is not running\..*Start Waybill/s],
    [
      'lost',
      view({ connection: lost, figures: busyFigures }),
      /Not connected.*was lost at 14:03:07\..*Trying again in \d\ss\..*What you see is from then.*Try now.*~\$41\.33/s,
    ],
  ]
  for (const [name, shown, words] of rows) {
    const panel = await openPanel({ width: name === 'first-run' ? 300 : 600 })
    await panel.show(shown)
    await panel.page.screenshot({ path: join(artifacts, `state-${name}.png`), fullPage: true })
    assert.match(await textOf(panel.page.locator('body')), words)
    await panel.close()
  }
})

test('the keyboard alone unfolds a waybill and folds it again', async () => {
  const panel = await openPanel({ width: 600 })
  await panel.show(busy())
  const button = panel.page.getByRole('button', { name: firstRequest })
  for (let presses = 0; presses < 30 && !(await isFocused(button)); presses += 1) await panel.page.keyboard.press('Tab')
  assert.equal(await button.getAttribute('aria-expanded'), 'false')
  await panel.page.keyboard.press('Enter')
  assert.equal(await button.getAttribute('aria-expanded'), 'true')
  const details = await textOf(panel.page.locator('.waybill'))
  assert.match(details, /Answered by deepseek-v3\.2 at deepinfra after llama-3\.3-70b at groq/)
  assert.match(
    details,
    /Broke off, text taken back[\s\S]*Went on to the next candidate\.[\s\S]*no key for its provider/,
  )
  await panel.page.keyboard.press('Space')
  assert.equal(await button.getAttribute('aria-expanded'), 'false')
  assert.equal(await panel.page.locator('.waybill').count(), 0)
  await panel.close()
})

test('a refresh keeps focus, selection and what is unfolded', async () => {
  const panel = await openPanel({ width: 600 })
  await panel.show(busy())
  const button = panel.page.getByRole('button', { name: firstRequest })
  await button.focus()
  await panel.page.keyboard.press('Enter')
  await panel.page.evaluate(() => {
    const why = document.querySelector('.why')
    if (why !== null) getSelection()?.selectAllChildren(why)
  })
  const newest = waybillFields({ requestId: 'request-0009', prompt: 'explain', startedAtMs: sampleNowMs + 60_000 })
  const journal = { waybills: [...journalResult([newest]).waybills, ...busyJournal.waybills] }
  await panel.show(view({ figures: { ...busyFigures, journal }, connection: { kind: 'none' } }))
  assert.equal(await panel.page.locator('.requests .row').count(), 7)
  assert.equal(await isFocused(button), true)
  assert.match(await panel.page.evaluate(() => String(getSelection())), /^Answered by deepseek/)
  await panel.close()
})

test('hostile names stay text', async () => {
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
  const journal = journalResult([
    waybillFields({
      attempts: [
        attempt({
          model: `evil/${hostile.replaceAll(' ', '_')}`,
          outcome: 'failed',
          failure: { kind: 'provider-error', message: hostile },
        }),
      ],
      caller: { client: hostile, user: hostile },
      outcome: 'failed',
      failure: { kind: 'provider-error', message: hostile },
    }),
  ])
  const row = statsRow({ group: hostile, requests: 1 })
  const stats = statsResult({ groupBy: 'client', rows: [row], total: statsRow({ requests: 1 }) })
  const panel = await openPanel({ width: 600 })
  await panel.show(view({ figures: { stats, journal, takenAtMs: sampleNowMs } }))
  await panel.page.getByRole('button', { name: firstRequest }).click()
  assert.equal(await panel.page.locator('img, #panel script').count(), 0)
  assert.equal(await panel.page.title(), 'Waybill')
  assert.equal(await textOf(panel.page.locator('.groups tbody .group').first()), hostile)
  assert.ok((await textOf(panel.page.locator('.why'))).includes(hostile))
  await panel.close()
})

test('the page tells its host what the person chose, and heeds no stranger', async () => {
  const panel = await openPanel({ width: 600 })
  await panel.show(busy())
  await panel.page.getByRole('button', { name: 'Today' }).click()
  await panel.page.getByRole('combobox', { name: 'Group by' }).selectOption('profile')
  await panel.say({ type: 'view', view: { viewVersion: 999 } })
  await panel.say('view')
  await panel.show(view({ connection: { kind: 'none' }, figures: busyFigures }))
  await panel.page.getByRole('button', { name: 'Start Waybill' }).click()
  const show = (range: string, groupBy: string) => ({ type: 'show', selection: { range, groupBy }, timeZone: 'UTC' })
  assert.deepEqual(await panel.heard(), [
    show('today', 'model'),
    show('today', 'model'),
    show('30d', 'profile'),
    { type: 'act', action: 'connect' },
  ])
  // The figures shown are still by model: so says the control.
  assert.equal(await panel.page.getByRole('combobox', { name: 'Group by' }).inputValue(), 'model')
  await panel.close()
})

test('a page shown again paints its last figures at once, and not those of another version', async () => {
  const kept = { view: busy(), expanded: ['request-0001', 7] }
  const panel = await openPanel({ width: 600, kept })
  assert.equal(await panel.page.locator('.waybill').count(), 1)
  assert.match(await textOf(panel.page.locator('.live')), /Connecting/)
  await panel.close()
  const other = await openPanel({ width: 600, kept: { view: { ...busy(), viewVersion: 0 } } })
  assert.equal(await other.page.locator('.requests').count(), 0)
  await other.close()
})

const busyFigures = { stats: busyStats, journal: busyJournal, takenAtMs: sampleNowMs }

function busy(): PanelView {
  return view({ figures: busyFigures })
}

function view(part: Partial<ViewInput>): PanelView {
  return viewOf({
    connection: { kind: 'connected', daemonVersion: '0.1.0' },
    selection: { range: 'today', groupBy: 'model' },
    figures: undefined,
    problem: undefined,
    profile: undefined,
    time: localTimeOf('UTC'),
    nowMs: sampleNowMs,
    ...part,
  })
}

type OpenOptions = { readonly width: number; readonly theme?: Theme; readonly kept?: unknown }

async function openPanel({ width, theme = darkModern, kept }: OpenOptions) {
  const host = width < 480 ? 'view' : 'editor'
  const file = join(folder, `panel-${host}.html`)
  writeFileSync(
    file,
    panelHtml({
      nonce: 'c0ffee0123456789',
      scriptUri: pathToFileURL(join(folder, 'panel.js')).href,
      styleUri: pathToFileURL(join(folder, 'panel.css')).href,
      host,
    }),
  )
  const context = await browser.newContext({ viewport: { width, height: 900 }, timezoneId: 'UTC' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  // The compiler of the tests wraps named functions in a call of this name.
  await page.addInitScript('globalThis.__name = (value) => value')
  await page.addInitScript(initialise, { variables: theme.variables, bodyClass: theme.bodyClass, kept: kept ?? null })
  await page.goto(pathToFileURL(file).href)
  const say = (data: unknown) =>
    page.evaluate((message) => void window.dispatchEvent(new MessageEvent('message', { data: message })), data)
  return {
    page,
    say,
    show: (shown: PanelView) => say({ type: 'view', view: shown }),
    heard: () => page.evaluate(() => (window as unknown as { readonly heard: readonly unknown[] }).heard),
    overflow: () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    close: async () => {
      await context.close()
      assert.deepEqual(complaints, [])
    },
  }
}

/** Runs in the page: the texts of table cells that do not fit their cell or the page. */
function cutCells(): readonly string[] {
  const cells = [...document.querySelectorAll<HTMLElement>('.groups tbody td')]
  const frame = document.querySelector('.scroll')?.getBoundingClientRect()
  return cells
    .filter((cell) => cell.offsetWidth > 0)
    .filter((cell) => {
      const range = document.createRange()
      range.selectNodeContents(cell)
      const text = range.getBoundingClientRect()
      return text.right > cell.getBoundingClientRect().right + 0.5 || text.right > (frame?.right ?? 0) + 0.5
    })
    .map((cell) => cell.textContent)
}

/** Runs in the page before its own script: what VS Code does to a webview's document. */
function initialise(given: { variables: Readonly<Record<string, string>>; bodyClass: string; kept: unknown }): void {
  const heard: unknown[] = []
  let state = given.kept
  Object.assign(window, {
    heard,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => heard.push(message),
      getState: () => state ?? undefined,
      setState: (next: unknown) => {
        state = next
      },
    }),
  })
  document.addEventListener('readystatechange', () => {
    document.body?.classList.add(given.bodyClass)
    for (const [name, value] of Object.entries(given.variables)) document.documentElement.style.setProperty(name, value)
  })
}

async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? ''
}

async function isFocused(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement)
}

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ')
}
