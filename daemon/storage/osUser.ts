/** The name of this process's user; `uid-NUMBER` where the system's list of users has none, as in many containers. */
import { userInfo } from 'node:os'

export function accountName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
