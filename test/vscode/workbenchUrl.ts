// The address under which code-server shows a workbench: what to open goes into the query, how to open it into a payload of
// name and value pairs, which VS Code's web client reads as the desktop reads its command line.

import { resolve } from 'node:path'

export interface WorkbenchRequest {
  /** A folder or a .code-workspace file; undefined opens an empty window. */
  readonly workspace: string | undefined
  readonly extensionDevelopmentPath?: string
  readonly extensionTestsPath?: string
  readonly extensionEnvironment?: Readonly<Record<string, string>>
  readonly disableExtensions?: boolean
}

export function workbenchUrl(baseUrl: string, request: WorkbenchRequest): string {
  const remoteUri = (path: string) => `vscode-remote://${new URL(baseUrl).host}${encodeURI(resolve(path))}`
  const payload: [string, string][] = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ]
  if (request.extensionDevelopmentPath !== undefined) {
    payload.push(['extensionDevelopmentPath', remoteUri(request.extensionDevelopmentPath)])
  }
  if (request.extensionTestsPath !== undefined) {
    payload.push(['extensionTestsPath', remoteUri(request.extensionTestsPath)])
  }
  if (request.extensionEnvironment !== undefined) {
    payload.push(['extensionEnvironment', JSON.stringify(request.extensionEnvironment)])
  }
  if (request.disableExtensions === true) payload.push(['disableExtensions', 'true'])

  const query = new URLSearchParams()
  if (request.workspace === undefined) query.set('ew', 'true')
  else query.set(request.workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', request.workspace)
  query.set('payload', JSON.stringify(payload))
  return `${baseUrl}/?${query}`
}
