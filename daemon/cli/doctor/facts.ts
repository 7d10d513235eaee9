/** What `waybill doctor` looked at, before anything is judged. All paths absolute, all times Unix milliseconds. */
import type * as z from 'zod'
import type { status } from '../../../shared/protocol/status.ts'

export type DoctorFacts = {
  readonly buildVersion: string
  /** Of the process that runs doctor, such as `20.19.0`. */
  readonly nodeVersion: string
  readonly folders: readonly FolderFact[]
  /** Where the state lies; missing if the system does not say. */
  readonly freeBytes?: number
  /** The daemon's answer to `waybill/status`, or why there is none. */
  readonly daemon: { readonly version: string; readonly status: StatusResult } | { readonly problem: string }
  /** Addresses of local providers, and whether somebody listens there. */
  readonly localProviders: readonly LocalProviderFact[]
  readonly presentEnvironmentNames: ReadonlySet<string>
  readonly nowMs: number
  /** Why the newest waybills could not be asked for. */
  readonly journalProblem?: string
  /** What is wrong with the key of the journal's chain, as it was before the daemon was asked for anything. */
  readonly journalKeyProblem?: string
  /** When the newest waybill began. */
  readonly newestRequestAtMs?: number
}

export type StatusResult = z.infer<(typeof status)['result']>

export type FolderFact = {
  readonly name: string
  readonly path: string
  /** `unknown`: the system does not even say what stands there. */
  readonly state: 'missing' | 'writable' | 'not-writable' | 'no-folder' | 'unknown'
  readonly reason?: string
  /** Permission bits on Unix. */
  readonly mode?: number
}

export type LocalProviderFact = { readonly id: string; readonly address: string; readonly isListening: boolean }
