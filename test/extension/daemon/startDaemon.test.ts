/** Starting the daemon through a command line: a stand-in of it, as a real process. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startDaemon } from '../../../extension/daemon/startDaemon.ts'

test('it is asked to start, without the environment that belongs to the editor', async (context) => {
  const check = `
    const strange = Object.keys(process.env).filter((name) => /^VSCODE_|^NODE_OPTIONS$/.test(name))
    const isRight = process.argv.slice(2).join(' ') === 'start --json' && process.env.ELECTRON_RUN_AS_NODE === '1' &&
      process.env.ELECTRON_OTHER === undefined && process.env.OPENAI_API_KEY === 'kept' && strange.length === 0
    process.exitCode = isRight ? 0 : 1`
  const bundlePath = commandLine(context, check)
  const foreign = {
    VSCODE_PID: '1',
    ELECTRON_OTHER: '1',
    NODE_OPTIONS: '--require /nowhere.js',
    OPENAI_API_KEY: 'kept',
  }
  await startDaemon({ bundlePath, environment: { ...process.env, ...foreign } })
})

test('its words about a failure reach the user, with what to do', async (context) => {
  const bundlePath = commandLine(context, `console.error('The state folder cannot be written.'); process.exitCode = 3`)
  await assert.rejects(startDaemon({ bundlePath, environment: process.env }), {
    message: /could not be started: The state folder cannot be written\. .*waybill doctor/,
  })
})

test('a silent end is told with its code', async (context) => {
  const bundlePath = commandLine(context, 'process.exitCode = 7')
  await assert.rejects(startDaemon({ bundlePath, environment: process.env }), { message: /ended with code 7/ })
})

test('last words that come after its end are not lost', async (context) => {
  // A child of the command line keeps its pipe and speaks when the command line is gone.
  const speaker = `
    const endOfParent = setInterval(() => {
      if (process.ppid === Number(process.argv[1])) return
      clearInterval(endOfParent)
      console.error('The last words.')
    }, 5)`
  const source = `
    require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(speaker)}, process.pid], { stdio: 'inherit' })
    process.exit(4)`
  await assert.rejects(startDaemon({ bundlePath: commandLine(context, source), environment: process.env }), {
    message: /could not be started: The last words\. /,
  })
})

function commandLine(context: TestContext, source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-start-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'waybill.cjs')
  writeFileSync(path, source)
  return path
}
