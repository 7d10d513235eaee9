// The panel and the profile as a person uses them in the packaged extension, while another program works on the same daemon. The
// picture `panel-side-bar` of the whole window is the README's: docs/panel.png.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve as resolvePath } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type GatedServer, startGatedServer } from '../gatedServer.ts'
import { artifactsRoot, fixtureWorkspace, packagedVsix } from '../paths.ts'
import { startWorkbench, type Workbench } from '../workbench.ts'

const fileName = 'order.ts'
const code = `export type Line = {
  readonly name: string
  readonly cents: number
  readonly count: number
}

/** What an order costs, in cents. */
export function totalOf(
  lines: readonly Line[],
  discount = 0,
): number {
  let sum = 0
  for (const line of lines) {
    sum += line.cents * line.count
  }
  return Math.round(sum * (1 - discount))
}

export function receiptOf(
  lines: readonly Line[],
): string {
  const rows = lines.map(
    ({ name, count }) => \`\${count} x \${name}\`,
  )
  const total = totalOf(lines) / 100
  return [...rows, \`Total: \${total}\`].join('\\n')
}
`
const answer = `\`totalOf\` adds up what every line costs and takes the discount off **once, from the sum**.

- A discount of \`0.2\` means 20 % off.
- The result is rounded to whole cents, *after* the discount.

\`receiptOf\` prints the total **without** a discount: it never passes one on.
`
let provider: GatedServer
let workbench: Workbench

before(async () => {
  provider = await startGatedServer()
  workbench = await startWorkbench({
    vsix: [packagedVsix()],
    folder: fixtureWorkspace,
    artifactsDir: join(artifactsRoot, 'panel'),
    theme: 'Dark Modern',
    settings: {
      'workbench.sideBar.location': 'left',
      'editor.minimap.enabled': false,
      'editor.lightbulb.enabled': 'off',
    },
  })
  writeFileSync(join(workbench.folder, fileName), code)
  const folder = join(workbench.waybillHome, 'config')
  mkdirSync(folder, { recursive: true })
  const hosted = { model: 'anthropic/claude-sonnet-4.6', price: { input: '3', output: '15' } }
  const own = { model: 'qwen/qwen3-coder', price: { input: '0.1', output: '0.4' } }
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      schema: 1,
      providers: { work: provider.providerConfig('work', hosted), local: provider.providerConfig('local', own) },
      profiles: { work: { title: 'Work', models: [hosted.model, own.model] }, cheap: { models: [own.model] } },
    }),
  )
  await workbench.page.keyboard.press('Control+P')
  await workbench.page.locator('.quick-input-widget input.input').fill(fileName)
  await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: fileName }).first().click()
})

after(async () => {
  await workbench?.close()
  await provider?.close()
})

test('the profile picked in the status bar is the workspace’s in every program, and theirs is seen here', async () => {
  await selectAll()
  await openProfiles()
  await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Work' }).click()
  await workbench.statusItem('waybill.waybill.').filter({ hasText: 'Work' }).waitFor()
  assert.match(await waybill('profiles'), /\bwork\b/)
  const listed: { readonly current: { readonly profile: string } } = JSON.parse(await waybill('profiles', '--json'))
  assert.equal(listed.current.profile, 'work')

  await waybill('profiles', 'use', 'practice')
  await workbench.statusItem('waybill.waybill.').filter({ hasText: 'Practice' }).waitFor()
  await waybill('profiles', 'use', 'work')
  await workbench.statusItem('waybill.waybill.').filter({ hasText: 'Work' }).waitFor()
})

test('a change by another program leaves the highlighted row of an open list where it is', async () => {
  await openProfiles()
  const rows = workbench.page.locator('.quick-input-list .monaco-list-row')
  const highlighted = workbench.page.locator('.quick-input-list .monaco-list-row.focused')
  await highlighted.filter({ hasText: 'work' }).waitFor()
  while ((await highlighted.filter({ hasText: 'practice' }).count()) === 0)
    await workbench.page.keyboard.press('ArrowDown')
  await waybill('profiles', 'use', 'cheap')
  await rows.filter({ hasText: 'chosen here' }).filter({ hasText: 'cheap' }).waitFor()
  await highlighted.filter({ hasText: 'practice' }).waitFor({ timeout: 2_000 })
  await workbench.page.keyboard.press('Escape')
  await waybill('profiles', 'use', 'work')
})

test('the panel in the side bar follows live: a failover with its rewind, and the profile in force', async () => {
  await workbench.page.locator('.activitybar .action-label[aria-label="Waybill"]').click()
  const panel = await workbench.webview('text=No requests yet')
  await panel.locator('.profile').filter({ hasText: 'work' }).waitFor()
  await answeredElsewhere('write-tests', { input: 2184, output: 498 })
  await answeredElsewhere('document', { input: 1630, output: 212 })
  await panel.locator('text=Write tests').waitFor()

  await selectAll()
  await workbench.runCommand('Waybill: Explain Selection')
  const broken = await provider.next()
  broken.say('`totalOf` builds')
  await workbench.webview('p:has-text("builds")')
  broken.cut()
  const whole = await provider.next()
  assert.deepEqual([broken.provider, whole.provider], ['work', 'local'])
  whole.say(answer)
  whole.finish('stop', { input: 2240, output: 386 })
  await panel.locator('text=Rewound, done').waitFor()
  const page = await workbench.webview('strong:has-text("once, from the sum")')
  await page.locator('em').filter({ hasText: 'qwen3-coder at local' }).waitFor()
  await workbench.page.locator(`.editor-instance .monaco-editor[data-uri$="${fileName}"] .view-lines`).first().click()
  await workbench.screenshot('panel-side-bar')

  await waybill('profiles', 'use', 'practice')
  await panel.locator('.profile').filter({ hasText: 'practice' }).waitFor()
  await waybill('profiles', 'use', 'work')
})

test('the same page in a tab shows what another program asks, practice apart, and each waybill', async () => {
  await workbench.runCommand('Waybill: Open Panel')
  const panel = await workbench.webview('body[data-host="editor"]')
  await waybill('run', 'explain', join(workbench.folder, fileName), '--profile', 'practice')
  await panel.locator('text=/1 request to the practice provider/').waitFor()
  await panel.locator('.row').filter({ hasText: 'Rewound, done' }).locator('[aria-expanded="false"]').click()
  await panel.locator('text=/Answered by qwen3-coder at local after claude-sonnet-4.6 at work/').waitFor()
  await workbench.screenshot('panel')
})

test('no document of the window complained of a breach of its content security policy', () => {
  const complaints = workbench.consoleMessages().filter((text) => /Content Security Policy|Refused to/i.test(text))
  assert.deepEqual(complaints, [])
})

/** A prompt that another program runs, answered by the first provider. */
async function answeredElsewhere(
  prompt: string,
  tokens: { readonly input: number; readonly output: number },
): Promise<void> {
  const running = waybill('run', prompt, join(workbench.folder, fileName))
  const call = await provider.next()
  // Nothing waits for these: they give the picture times that a model could have taken.
  await pause(460)
  call.say('```ts\n')
  await pause(tokens.output * 3)
  call.say(`${code}\`\`\`\n`)
  call.finish('stop', tokens)
  await running
}

/** Resolves when the list of profiles is there, and not that of the commands any more. */
async function openProfiles(): Promise<void> {
  await workbench.runCommand('Waybill: Choose Profile for This Workspace')
  await workbench.page.locator('.quick-input-widget input.input[placeholder="Profile"]').waitFor()
}

async function selectAll(): Promise<void> {
  await workbench.page.locator(`.editor-instance .monaco-editor[data-uri$="${fileName}"] .view-lines`).first().click()
  await workbench.page.keyboard.press('Control+A')
}

/** The command line of the packaged extension, in the workbench's folder and against its daemon. */
function waybill(...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [resolvePath('dist/waybill.cjs'), ...words], {
    cwd: workbench.folder,
    env: { ...process.env, WAYBILL_HOME: workbench.waybillHome },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`waybill ${words.join(' ')}: ${code}`)),
    )
  })
}
