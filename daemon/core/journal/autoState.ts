/**
 * What the lines about `auto` add up to: the share of strong calls for each profile, and the weights learnt for each kind of
 * prompt. A part of the one reducer; the state is changed in place.
 */
import type { AutoKind } from '../../../shared/domain/autoDecision.ts'
import type { ProfileName } from '../../../shared/domain/ids.ts'
import { freshShare, onShared, type ShareState } from '../routing/autoShare.ts'
import { type LearntKind, learnFrom } from '../routing/autoWeights.ts'
import type { AutoCheckpoint, AutoEntry, FeedbackEntry } from './autoEntries.ts'

export type AutoState = {
  readonly shares: Map<ProfileName, ShareState>
  readonly learnt: Map<AutoKind, LearntKind>
}

export function createAutoState(): AutoState {
  return { shares: new Map(), learnt: new Map() }
}

export function applyAuto(state: AutoState, entry: AutoEntry | FeedbackEntry): void {
  const { decision } = entry
  if (entry.type === 'auto') {
    const { strongShareRatio: ratio, score, threshold, tier } = entry.decision
    const before = state.shares.get(entry.profile) ?? freshShare
    state.shares.set(entry.profile, onShared(before, { ratio, score, threshold, isStrong: tier === 'strong' }))
    return
  }
  if (decision?.tier !== 'cheap') return
  const { kind, features } = decision
  state.learnt.set(kind, learnFrom(kind, state.learnt.get(kind), features, entry.outcome))
}

/** Undefined while there is nothing to carry over. */
export function autoCheckpointOf(state: AutoState): AutoCheckpoint | undefined {
  if (state.shares.size === 0 && state.learnt.size === 0) return undefined
  return {
    shares: [...state.shares].map(([profile, share]) => ({ profile, ...share })),
    learnt: [...state.learnt].map(([kind, learnt]) => ({ kind, ...learnt })),
  }
}

/** Files from before `auto` was have no such part. */
export function restoreAuto(state: AutoState, checkpoint: AutoCheckpoint | undefined): void {
  state.shares.clear()
  state.learnt.clear()
  for (const { profile, surplusCalls, threshold } of checkpoint?.shares ?? []) {
    state.shares.set(profile, { surplusCalls, threshold })
  }
  for (const { kind, outcomes, weights } of checkpoint?.learnt ?? []) state.learnt.set(kind, { outcomes, weights })
}
