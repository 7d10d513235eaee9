/**
 * Says a system call's error in words that a user can act on, with its code: `the disk is full (ENOSPC)`. Never quotes
 * file contents. `isSystemError(error, 'ENOENT')` asks for one code; without codes, whether a system call failed at all.
 */

const wordsByCode: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would grow beyond the limit that the system sets for files',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EIO: 'the disk answered with an input/output error',
  EMFILE: 'this process has too many files open',
  ENFILE: 'the system has too many files open',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'a folder stands where a file is expected',
  EEXIST: 'something of that name is already there',
  ELOOP: 'too many symbolic links on the path',
  ENAMETOOLONG: 'the path is too long',
  ECONNREFUSED: 'nobody answers on the socket',
  EAGAIN: 'the resource is busy',
}

export function describeSystemError(error: unknown): string {
  const code = systemErrorCode(error)
  if (code === undefined) return error instanceof Error ? error.message : String(error)
  const words = wordsByCode[code]
  return words === undefined ? code : `${words} (${code})`
}

export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  const code = systemErrorCode(error)
  return code !== undefined && (codes.length === 0 || codes.includes(code))
}

function systemErrorCode(error: unknown): string | undefined {
  // Node's own errors, such as those of wrong arguments, have a code but no errno: they are bugs.
  if (!(error instanceof Error) || !('code' in error) || !('errno' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** What work that may meet a failing disk says is wrong, or the system's own words for why it could not be done. */
export function problemOf(work: () => string | undefined): string | undefined {
  try {
    return work()
  } catch (error) {
    if (!isSystemError(error)) throw error
    return describeSystemError(error)
  }
}
