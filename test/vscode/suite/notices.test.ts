// What the daemon wants a person to hear of reaches a window as one warning: over a real daemon and the extension's own connection.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import { showNotices } from '../../../extension/status/showNotices.ts'
import { connectSecondClient, until } from './secondClient.ts'

describe('a notice', () => {
  let other: OwnedDaemonConnection
  let server: Server
  let restore = () => {}

  before(async () => {
    await vscode.commands.executeCommand('waybill.pickProfile', 'no-such-profile')
    other = await connectSecondClient()
    server = createServer((_request, response) => response.writeHead(401).end('{}'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const { configFile } = await other.request('status', {})
    const kept = existsSync(configFile) ? readFileSync(configFile, 'utf8') : undefined
    restore = () => (kept === undefined ? rmSync(configFile, { force: true }) : writeFileSync(configFile, kept))
    mkdirSync(dirname(configFile), { recursive: true })
    const refusing = { kind: 'custom', baseUrl, models: [{ model: 'test/refused' }] }
    writeFileSync(configFile, JSON.stringify({ schema: 1, providers: { refusing } }))
    const isRead = async () => (await other.request('status', {})).providers.some(({ id }) => id === 'refusing')
    await until('the daemon has read the configuration', isRead)
  })

  after(() => {
    restore()
    server?.close()
    other?.dispose()
  })

  it('of a provider that refuses is one warning with its words and what can be done', async () => {
    const warned: (readonly [string, readonly string[]])[] = []
    const notices = showNotices(other, {
      warn: async (message, actions) => {
        warned.push([message, actions])
        return 'Show Log'
      },
      run: (command) => vscode.commands.executeCommand(command),
      log: () => {},
    })
    try {
      for (let count = 0; count < 2; count += 1) {
        const asked = other.request('chat', {
          requestId: randomUUID(),
          messages: [{ role: 'user', content: 'well?' }],
          models: ['test/refused'],
          patienceMs: 0,
        })
        await assert.rejects(asked)
      }
      await until('the window is told', () => warned.length > 0)
      assert.deepEqual(warned, [
        ['refusing refused a call without a key. Set one with `waybill keys set`.', ['Open Configuration', 'Show Log']],
      ])
    } finally {
      notices.dispose()
    }
  })
})
