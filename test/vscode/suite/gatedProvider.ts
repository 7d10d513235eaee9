// The gated provider (gatedServer.ts) in the daemon's configuration, twice (as "gated" and "second", one model), with a profile "gated"
// that tries them in this order and is chosen for the open workspace, and one "tiers" that first chooses between two tiers of the same.
// `close` puts everything back.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as vscode from 'vscode'
import type { OwnedDaemonConnection } from '../../../extension/daemon/daemonConnection.ts'
import { type GatedServer, startGatedServer } from '../gatedServer.ts'
import { until } from './secondClient.ts'

export async function installGatedProvider(connection: OwnedDaemonConnection): Promise<GatedServer> {
  const server = await startGatedServer()
  const restore = await configure(connection, server)
  return {
    ...server,
    close: async () => {
      await server.close()
      await restore()
    },
  }
}

async function configure(connection: OwnedDaemonConnection, server: GatedServer): Promise<() => Promise<void>> {
  const { configFile } = await connection.request('status', {})
  const before = textOf(configFile)
  const config = {
    schema: 1,
    providers: { gated: server.providerConfig('gated'), second: server.providerConfig('second') },
    profiles: {
      gated: { models: ['test/gated'], provider: { order: ['gated', 'second'] } },
      tiers: {
        models: [],
        auto: { cheap: ['test/gated'], strong: ['test/gated'], strongShareRatio: 0.5 },
        provider: { order: ['gated', 'second'] },
      },
    },
  }
  mkdirSync(dirname(configFile), { recursive: true })
  writeFileSync(configFile, JSON.stringify(config))
  const workspace = workspaceRef()
  const isListed = async () => {
    const { profiles } = await connection.request('profiles', { workspace })
    return profiles.some(({ name, endpointCount }) => name === 'gated' && endpointCount === 2)
  }
  await until('the daemon has read the configuration', isListed)
  await connection.request('profilesSet', { workspace, profile: 'gated' })
  return async () => {
    await connection.request('profilesSet', { workspace })
    if (before === undefined) rmSync(configFile, { force: true })
    else writeFileSync(configFile, before)
    await until('the daemon has read the old configuration', async () => !(await isListed()))
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function workspaceRef(): { readonly folder: string } {
  return { folder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '' }
}
