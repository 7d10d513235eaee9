/**
 * Roll-ups: the sums of one UTC day for each combination of (endpoint, profile, workspace, user, prompt, client).
 * Changed in place by the journal's reducer alone; plain JSON, so that a closed day is kept as it is.
 */

import type { MoneySum } from '../../../shared/domain/money.ts'
import { noMoney } from '../../../shared/domain/moneySum.ts'
import type { Histogram } from './histogram.ts'

export type RollUpKey = {
  /** Empty for requests that never reached an endpoint; so are provider and model. */
  readonly endpoint: string
  readonly provider: string
  readonly model: string
  readonly isPractice: boolean
  readonly profile: string
  readonly workspace: string
  readonly user: string
  readonly prompt: string
  readonly client: string
}

export type RollUp = RollUpCounts & {
  readonly key: RollUpKey
  cost: MoneySum
  readonly firstTextMs: Histogram
  readonly totalMs: Histogram
}

export type RollUpCounts = {
  requests: number
  succeeded: number
  failed: number
  cancelled: number
  interrupted: number
  attempts: number
  failedAttempts: number
  fallbacks: number
  rewinds: number
  inputTokens: number
  cachedInputTokens: number
  outputTokens: number
  reasoningTokens: number
}

export function noCounts(): RollUpCounts {
  return {
    requests: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    interrupted: 0,
    attempts: 0,
    failedAttempts: 0,
    fallbacks: 0,
    rewinds: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  }
}

export function rollUpAt(rollUps: Map<string, RollUp>, key: RollUpKey): RollUp {
  const name = [key.endpoint, key.profile, key.workspace, key.user, key.prompt, key.client].join('\u0000')
  const found = rollUps.get(name)
  if (found !== undefined) return found
  const made = emptyRollUp(key)
  rollUps.set(name, made)
  return made
}

function emptyRollUp(key: RollUpKey): RollUp {
  return {
    key,
    ...noCounts(),
    cost: noMoney,
    firstTextMs: {},
    totalMs: {},
  }
}
