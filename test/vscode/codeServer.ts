// code-server as the tests use it: a real VS Code server and extension host on a free port of 127.0.0.1, with no gallery,
// no telemetry and no updates, and with every folder trusted unless asked for otherwise. `startCodeServer` resolves once it
// listens.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from './cleanEnvironment.ts'
import { codeServerEntry, node24Path } from './paths.ts'
import { type ProcessGroup, startProcessGroup } from './processGroup.ts'

export interface CodeServerFolders {
  readonly userData: string
  readonly extensions: string
  /** Sockets, its own config and temporary files; keep the path short, sockets end at 107 bytes. */
  readonly scratch: string
}

export interface CodeServerOptions {
  readonly folders: CodeServerFolders
  readonly env: Readonly<Record<string, string>>
  /** Values of code-server's --vscode-option. */
  readonly vscodeOptions: readonly string[]
  /** `off` (default): every folder is trusted. `on`: none is before the user says so. */
  readonly workspaceTrust?: 'off' | 'on'
  /** 0 for any free port. */
  readonly port: number
  readonly log: (text: string) => void
}

export interface CodeServer {
  /** Like `http://127.0.0.1:41234`. */
  readonly baseUrl: string
  /** Resolves when the server is gone, wanted or not. */
  readonly ended: Promise<void>
  end(): Promise<void>
}

export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const { folders, log } = options
  const group = startProcessGroup(
    node24Path(),
    [
      codeServerEntry,
      ...[
        '--bind-addr',
        `127.0.0.1:${options.port}`,
        '--auth',
        'none',
        '--config',
        join(folders.scratch, 'config.yaml'),
      ],
      ...['--disable-telemetry', '--disable-update-check'],
      ...(options.workspaceTrust === 'on' ? [] : ['--disable-workspace-trust']),
      ...['--disable-getting-started-override', '--disable-proxy'],
      ...['disable-experiments', ...options.vscodeOptions].flatMap((option) => ['--vscode-option', option]),
      ...folderArguments(folders),
    ],
    { cwd: folders.scratch, env: serverEnvironment(folders, options.env) },
  )
  const ended = new Promise<void>((resolve) => group.leader.once('close', () => resolve()))
  try {
    const baseUrl = await listeningAddress(group, log)
    return { baseUrl, ended, end: group.end }
  } catch (error) {
    await group.end()
    throw error
  }
}

/** Installs a packaged extension the way a user does from the command line. */
export function installVsix(vsix: string, folders: CodeServerFolders): void {
  const args = [codeServerEntry, ...folderArguments(folders), '--install-extension', vsix, '--force']
  const install = spawnSync(node24Path(), args, { env: serverEnvironment(folders, {}), encoding: 'utf8' })
  if (install.status !== 0) throw new Error(`${vsix} could not be installed:\n${install.stdout}${install.stderr}`)
}

/** Writes the user's settings: quiet defaults, then what the file already says, then `settings`. */
export function writeSettings(userData: string, settings: Readonly<Record<string, unknown>>): void {
  const file = join(userData, 'User', 'settings.json')
  mkdirSync(join(userData, 'User'), { recursive: true })
  const all = { ...quietSettings, ...readSettings(file), ...settings }
  writeFileSync(file, JSON.stringify(all, undefined, 2))
}

const quietSettings = {
  'chat.agentHost.enabled': false,
  // VS Code's own chat, with its button and status item.
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
}

function readSettings(file: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  } catch {
    // None yet.
    return {}
  }
}

function folderArguments(folders: CodeServerFolders): readonly string[] {
  return ['--user-data-dir', folders.userData, '--extensions-dir', folders.extensions]
}

function serverEnvironment(folders: CodeServerFolders, env: Readonly<Record<string, string>>): Record<string, string> {
  return cleanEnvironment({
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    // Without its own session socket, code-server would join one that runs already.
    CODE_SERVER_SESSION_SOCKET: join(folders.scratch, 'session.sock'),
    XDG_CONFIG_HOME: folders.scratch,
    XDG_RUNTIME_DIR: folders.scratch,
    TMPDIR: folders.scratch,
    ...env,
  })
}

function listeningAddress(group: ProcessGroup, log: (text: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const onText = (chunk: Buffer) => {
      const text = chunk.toString()
      log(text)
      if (said.length < 10_000) said += text
      const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1]
      if (address !== undefined) resolve(address)
    }
    group.leader.stdout.on('data', onText)
    group.leader.stderr.on('data', onText)
    group.leader.once('error', reject)
    group.leader.once('exit', (code) => reject(new Error(`code-server ended (${code}) before it listened:\n${said}`)))
  })
}
