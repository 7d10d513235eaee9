/** Which TCP ports a process listens on, from /proc (Linux): its descriptors' inodes among the listening sockets. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** As the kernel prints them: `0100007F:1F90`. */
export function listeningTcpSockets(pid: number): readonly string[] {
  const inodes = new Set(readdirSync(`/proc/${pid}/fd`).map((name) => inodeOf(`/proc/${pid}/fd/${name}`)))
  return ['tcp', 'tcp6'].flatMap((family) => listenersIn(`/proc/${pid}/net/${family}`, inodes))
}

function inodeOf(path: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1]
  } catch {
    // Closed meanwhile.
    return undefined
  }
}

const listenState = '0A'

/** Columns of proc(5): number, local address, remote address, state, ..., inode as the tenth. */
function listenersIn(path: string, inodes: ReadonlySet<string | undefined>): readonly string[] {
  const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1)
  return rows.flatMap((row) => {
    const columns = row.trim().split(/\s+/)
    return columns[3] === listenState && inodes.has(columns[9]) ? [columns[1] ?? ''] : []
  })
}
