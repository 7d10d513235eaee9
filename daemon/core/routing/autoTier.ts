/**
 * Chooses the tier of an `auto` profile from what is known before a request is sent. Pure: the input is one JSON value, and
 * the same input gives the same decision. It promises a share of strong calls and a reason, no savings.
 */
import {
  type AutoDecision,
  type AutoFeatureName,
  type AutoKind,
  autoFeatureNames,
} from '../../../shared/domain/autoDecision.ts'
import type { PromptYield } from '../../../shared/domain/prompt.ts'
import { chooseByShare, type ShareState } from './autoShare.ts'
import type { AutoWeights } from './autoWeights.ts'

/** Changes whenever the same input may be decided otherwise. */
const autoVersion = 1

export type AutoInput = {
  readonly kind: AutoKind
  /** Missing for what is no prompt of the library. */
  readonly yields?: PromptYield
  /** Estimate. */
  readonly inputTokens: number
  readonly files: number
  readonly diagnostics: number
  /** VS Code's language id. */
  readonly language?: string
  /** It follows an answer that the user threw away or asked for again. */
  readonly followsRejected: boolean
  readonly weights: AutoWeights
  /** 0: the weights are those of the table. */
  readonly learntFromOutcomes: number
  readonly strongShareRatio: number
  readonly share: ShareState
}

export function chooseTier(input: AutoInput): AutoDecision {
  const { kind, weights, strongShareRatio, learntFromOutcomes } = input
  const values = featureValuesOf(input)
  const features = autoFeatureNames.map((name) => ({ name, value: values[name], weight: weights[name] }))
  const score = features.reduce((sum, { value, weight }) => sum + value * weight, weights.bias)
  const { isStrong, isForced, threshold } = chooseByShare(input.share, strongShareRatio, score)
  return {
    version: autoVersion,
    tier: isStrong ? 'strong' : 'cheap',
    decidedBy: isForced ? 'share' : 'score',
    kind,
    score,
    threshold,
    strongShareRatio,
    bias: weights.bias,
    features,
    learntFromOutcomes,
  }
}

/** Languages in which code that looks right is often not: memory by hand, proofs by types, macros. Our own judgement. */
const exactingLanguages = new Set([
  'c',
  'cpp',
  'cuda-cpp',
  'rust',
  'haskell',
  'ocaml',
  'scala',
  'zig',
  'verilog',
  'vhdl',
])
const maxFiles = 5
const maxDiagnostics = 5

function featureValuesOf(input: AutoInput): Readonly<Record<AutoFeatureName, number>> {
  return {
    replaces: input.yields === 'replace' ? 1 : 0,
    'input-size': sizeOf(input.inputTokens),
    files: Math.min(Math.max(input.files - 1, 0), maxFiles - 1) / (maxFiles - 1),
    diagnostics: Math.min(input.diagnostics, maxDiagnostics) / maxDiagnostics,
    language: exactingLanguages.has(input.language ?? '') ? 1 : 0,
    'follows-rejected': input.followsRejected ? 1 : 0,
  }
}

/** By doublings: 0 up to 256 tokens, 1 from 65,536 on. Whole doublings, so that every machine computes the same. */
function sizeOf(tokens: number): number {
  const doublings = 31 - Math.clz32(Math.max(1, Math.min(tokens, 2 ** 31 - 1)))
  return Math.min(Math.max(doublings - 8, 0), 8) / 8
}
