/**
 * Where the daemon's socket lies. `chooseSocketPlace` is the pure half: in the state folder if the path fits into the
 * system's socket address, else in a folder under the temporary folder that a hash of the state folder's real path
 * names; on Windows a named pipe. `openSocketPlace` makes that folder, and checks owner and mode of one that is there.
 *
 * Limits: 107 bytes on Linux, 103 elsewhere (sun_path holds 108 and 104 bytes, the last one 0; see unix(7) and macOS'
 * sys/un.h). Longer paths are cut off silently, so the private names, which are bound and connected to, must fit as well.
 */
import { createHash, randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { posix } from 'node:path'
import { describeSystemError, isSystemError } from './systemError.ts'

const socketName = 'waybill.sock'
export const privateSuffix = '.bind'
export const claimSuffix = '.claim'
const nonceBytes = 6
// The nonce in hexadecimal and the longer suffix: 12 + 6.
const longestNameBytes = nonceBytes * 2 + claimSuffix.length

export type SocketPlace =
  | { readonly kind: 'state-folder'; readonly folder: string; readonly socketPath: string }
  | { readonly kind: 'hashed-folder'; readonly folder: string; readonly socketPath: string }
  | { readonly kind: 'pipe'; readonly socketPath: string }

export type SocketCircumstances = {
  readonly platform: NodeJS.Platform
  /** Real path: two names of one folder must not give two sockets, so two daemons. */
  readonly stateFolder: string
}

export function chooseSocketPlace(circumstances: SocketCircumstances): SocketPlace {
  const { platform, stateFolder } = circumstances
  const hash = createHash('sha256').update(stateFolder).digest('hex').slice(0, 16)
  if (platform === 'win32') return { kind: 'pipe', socketPath: `\\\\.\\pipe\\waybill-${hash}` }
  const limitBytes = platform === 'linux' ? 107 : 103
  if (Buffer.byteLength(stateFolder) + 1 + longestNameBytes <= limitBytes) {
    return { kind: 'state-folder', folder: stateFolder, socketPath: posix.join(stateFolder, socketName) }
  }
  const folder = posix.join(temporaryFolder, `waybill-${hash}`)
  return { kind: 'hashed-folder', folder, socketPath: posix.join(folder, socketName) }
}

/**
 * Not TMPDIR: it differs between desktop, ssh and cron, and the socket's name is also the lock that makes this the
 * only daemon of its state folder.
 */
const temporaryFolder = '/tmp'

/** A name that no starter ever had; the claim of healing.ts is the same nonce with its own suffix. */
export function newPrivateName(): string {
  return `${randomBytes(nonceBytes).toString('hex')}${privateSuffix}`
}

/** Makes the place usable; answers in words why it is not. The state folder itself is made by its owner. */
export function openSocketPlace(place: SocketPlace): string | undefined {
  switch (place.kind) {
    case 'state-folder':
    case 'pipe':
      return undefined
    case 'hashed-folder':
      return openHashedFolder(place.folder)
  }
}

function openHashedFolder(folder: string): string | undefined {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) {
      return `expected to make ${folder} for the socket, found: ${describeSystemError(error)}`
    }
  }
  // Anybody can make folders under the temporary folder, so this one may be somebody else's trap.
  const status = lstatSync(folder)
  const advice = 'remove it, or set WAYBILL_HOME to a shorter path'
  if (!status.isDirectory()) return `expected a folder for the socket at ${folder}, found something else; ${advice}`
  if (status.uid !== process.getuid?.()) {
    return `expected ${folder} to belong to this user, found another owner; ${advice}`
  }
  if ((status.mode & 0o077) !== 0) {
    const found = (status.mode & 0o777).toString(8)
    return `expected ${folder} to have mode 700, found ${found}; ${advice}`
  }
  return undefined
}
