/**
 * The order of builds: the version by the precedence of Semantic Versioning 2.0.0 (clause 11: pre-releases before their
 * release, field by field, numbers as numbers), then the time of the build. Strict, and never true where a version cannot
 * be read: of two builds at most one is newer, so that no two can ask each other to go.
 *
 * Loads nothing: the extension asks at the start of every window.
 */
import type { Build } from './build.ts'

export function isStrictlyNewer(build: Build, than: Build): boolean {
  const version = versionOf(build.version)
  const other = versionOf(than.version)
  if (version === undefined || other === undefined) return false
  const order = orderOfVersions(version, other)
  return order > 0 || (order === 0 && build.builtAtMs > than.builtAtMs)
}

/** What is known of a daemon that runs. Without `builtAtMs` it is one that knows nothing of handing over. */
export type RunningBuild = {
  readonly version: string
  readonly builtAtMs?: number
  /** The build that it hands over to already. */
  readonly handOverTo?: Build
}

/** Whether `build` is to ask that daemon to hand over. */
export function takesOver(build: Build, { version, builtAtMs, handOverTo }: RunningBuild): boolean {
  if (builtAtMs === undefined || !isStrictlyNewer(build, { version, builtAtMs })) return false
  return handOverTo === undefined || isStrictlyNewer(build, handOverTo)
}

/** Such as `0.2.0, built 2026-11-28 12:00 UTC`. */
export function buildWords({ version, builtAtMs }: Build): string {
  // Beyond this a Date has no text (ECMAScript 2024, 21.4.1.1).
  if (builtAtMs <= 0 || builtAtMs > 8.64e15) return version
  return `${version}, built ${new Date(builtAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

type Version = { readonly numbers: readonly number[]; readonly preRelease: readonly string[] }

const versionPattern = /^(\d+)\.(\d+)\.(\d+)(?:-([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?(?:\+[\dA-Za-z.-]+)?$/

function versionOf(text: string): Version | undefined {
  const found = versionPattern.exec(text)
  if (found === null) return undefined
  const [, major, minor, patch, preRelease] = found
  return { numbers: [major, minor, patch].map(Number), preRelease: preRelease?.split('.') ?? [] }
}

/** Above 0: the first comes later. */
function orderOfVersions(first: Version, second: Version): number {
  const numbers = firstDifference(first.numbers.map((number, at) => number - (second.numbers[at] ?? 0)))
  if (numbers !== 0) return numbers
  // A release comes after its pre-releases.
  if (first.preRelease.length === 0 || second.preRelease.length === 0) {
    return second.preRelease.length - first.preRelease.length
  }
  const fields = first.preRelease.map((field, at) => orderOfFields(field, second.preRelease[at]))
  return firstDifference([...fields, first.preRelease.length - second.preRelease.length])
}

function orderOfFields(first: string, second: string | undefined): number {
  if (second === undefined) return 1
  const isNumber = [first, second].map((field) => /^\d+$/.test(field))
  if (isNumber[0] === true && isNumber[1] === true) return Number(first) - Number(second)
  // Numbers come before words.
  if (isNumber[0] !== isNumber[1]) return isNumber[0] === true ? -1 : 1
  return first < second ? -1 : first > second ? 1 : 0
}

function firstDifference(orders: readonly number[]): number {
  return orders.find((order) => order !== 0) ?? 0
}
