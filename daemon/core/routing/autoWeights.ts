/**
 * How much each feature says about a request being too hard for the cheap tier, for each kind of prompt. The first weights
 * are this table, our own judgement of 2026-11-27; from the outcomes of cheap answers they are learnt per kind by steps of
 * logistic regression, and used once 30 outcomes stand behind them. An outcome of the strong tier says nothing about what the
 * cheap one would have answered, so nothing is learnt from it.
 */
import {
  type AnswerOutcome,
  type AutoFeature,
  type AutoFeatureName,
  type AutoKind,
  autoFeatureNames,
} from '../../../shared/domain/autoDecision.ts'

export type AutoWeights = { readonly bias: number } & Readonly<Record<AutoFeatureName, number>>

/** `weights` move from the first outcome on, but count only from `outcomesBeforeUse` on. */
export type LearntKind = { readonly weights: AutoWeights; readonly outcomes: number }

export const outcomesBeforeUse = 30

const shared = { 'input-size': 1.5, files: 0.8, diagnostics: 0.8, language: 0.3, 'follows-rejected': 2.5 }

const table: Readonly<Record<AutoKind, AutoWeights>> = {
  explain: { ...shared, bias: -1.6, replaces: 0, diagnostics: 0.3 },
  fix: { ...shared, bias: -0.9, replaces: 0.5, diagnostics: 1.2 },
  refactor: { ...shared, bias: -0.6, replaces: 0.6, 'input-size': 2 },
  document: { ...shared, bias: -2, replaces: 0.2, diagnostics: 0 },
  'write-tests': { ...shared, bias: -0.8, replaces: 0 },
  ask: { ...shared, bias: -1.2, replaces: 0.4 },
  chat: { ...shared, bias: -1.2, replaces: 0.4 },
}

/** The weights in force, and how many outcomes they were learnt from: 0 for those of the table. */
export function weightsInForce(
  kind: AutoKind,
  learnt: LearntKind | undefined,
): { readonly weights: AutoWeights; readonly learntFromOutcomes: number } {
  if (learnt === undefined || learnt.outcomes < outcomesBeforeUse) {
    return { weights: table[kind], learntFromOutcomes: 0 }
  }
  return { weights: learnt.weights, learntFromOutcomes: learnt.outcomes }
}

/** No weight says more than this, however one-sided the outcomes are. */
const maxWeight = 6

/** One more outcome of an answer that the cheap tier gave. */
export function learnFrom(
  kind: AutoKind,
  learnt: LearntKind | undefined,
  features: readonly AutoFeature[],
  outcome: AnswerOutcome,
): LearntKind {
  const { weights, outcomes } = learnt ?? { weights: table[kind], outcomes: 0 }
  const valueFor = (name: AutoFeatureName) => features.find((feature) => feature.name === name)?.value ?? 0
  const score = autoFeatureNames.reduce((sum, name) => sum + weights[name] * valueFor(name), weights.bias)
  // The gradient of the log-likelihood: what came (1: not good enough) minus the probability that was given to it.
  const error = (outcome === 'accepted' ? 0 : 1) - 1 / (1 + Math.exp(-score))
  // Shrinks as 1 / sqrt, so that old outcomes are not forgotten at once and new habits are still followed.
  const step = 0.3 / Math.sqrt(1 + outcomes / outcomesBeforeUse)
  const moved = (weight: number, value: number) =>
    Math.min(maxWeight, Math.max(-maxWeight, weight + step * error * value))
  const next = Object.fromEntries(autoFeatureNames.map((name) => [name, moved(weights[name], valueFor(name))]))
  return { weights: { ...weights, ...next, bias: moved(weights.bias, 1) }, outcomes: outcomes + 1 }
}
