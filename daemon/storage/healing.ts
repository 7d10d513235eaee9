/**
 * Removes the socket and the discovery file that a killed daemon left behind, while any number of starters try the same
 * at the same moment.
 *
 * Only one may unlink at a time, else the second could remove what the first has just put there. The lock is made of
 * claims: each starter links its own listening private socket to a name of its own (`NONCE.claim`), then looks at all
 * others. If one of them answers, it takes its own claim back and tries again later; else it alone may act. Of two
 * claimants, the later one's look comes after the earlier one's claim, so at most one goes on. The kernel ends a claim
 * with its process: a dead one's refuses connections, so no process number can be mistaken for a new owner's, and a
 * stopped process keeps its claim. Claim names are never used twice, so a dead claim can be removed by anybody.
 */
import { linkSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { discoveryFileName } from '../../shared/protocol/discovery.ts'
import { connectSocket } from './connectSocket.ts'
import { identityOf } from './fileIdentity.ts'
import { claimSuffix, privateSuffix } from './socketPlace.ts'

export type DeadSocket = { readonly socketPath: string; readonly folder: string; readonly stateFolder: string }

/** `healed`: the name is free, or somebody answers there: look again. `taken`: another starter is at it: wait a moment. */
export async function healSocket(dead: DeadSocket, privateName: string): Promise<'healed' | 'taken'> {
  const { socketPath, folder, stateFolder } = dead
  const claimName = privateName.replace(privateSuffix, claimSuffix)
  linkSync(join(folder, privateName), join(folder, claimName))
  try {
    if (await anyOtherAnswers(folder, claimName)) return 'taken'
    // Whoever held the lock before may have healed it: then there is no name, or a new daemon's by now.
    const found = identityOf(socketPath)
    if (found !== undefined && !(await isAnswered(socketPath)) && identityOf(socketPath) === found) {
      // While the dead name is there nobody can take it. So nothing here is a new daemon's; the file goes first.
      rmSync(join(stateFolder, discoveryFileName), { force: true })
      rmSync(socketPath, { force: true })
    }
    return 'healed'
  } finally {
    rmSync(join(folder, claimName), { force: true })
  }
}

/** Private names of starters that were killed between bind and link. */
export async function sweepDeadNames(folder: string): Promise<void> {
  for (const name of namesWith(folder, privateSuffix)) {
    const path = join(folder, name)
    // One that is bound but does not listen yet refuses as well; its starter binds another name.
    if (!(await isAnswered(path))) rmSync(path, { force: true })
  }
}

async function anyOtherAnswers(folder: string, ownName: string): Promise<boolean> {
  for (const name of namesWith(folder, claimSuffix)) {
    if (name === ownName) continue
    const path = join(folder, name)
    if (await isAnswered(path)) return true
    rmSync(path, { force: true })
  }
  return false
}

function namesWith(folder: string, suffix: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith(suffix))
}

async function isAnswered(path: string): Promise<boolean> {
  const connection = await connectSocket(path)
  if (connection.state === 'answered') connection.socket.destroy()
  return connection.state !== 'nobody'
}
