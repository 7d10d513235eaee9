/**
 * What a model behind the Anthropic API takes, decided by the family and version in its name.
 *
 * A Claude name without a version, or with a later one than is known here, counts as the newest and gets only what every
 * new model takes. Models of other makers get the oldest form. Versions are compared as major * 100 + minor.
 * Sources, Claude platform documentation (platform.claude.com/docs, 2026-11): "Thinking", "Effort", "Structured outputs",
 * "What's new in Claude Opus 5.5", "What's new in Claude Sonnet 5.5", "Migrating to Claude Sonnet 5", "Claude API errors";
 * that temperature and top_p exclude each other since Opus 4.1: github.com/BerriAI/litellm/issues/15097 and
 * github.com/open-webui/pipelines/pull/546 with the API's message.
 */

export type ClaudeModel = {
  /** `budget`: as many tokens as it is told. `adaptive`: as it sees fit, led by the effort. */
  readonly thinking: 'none' | 'budget' | 'adaptive'
  /** How it is told not to think. `unsaid`: it does so only when asked. `never`: it always thinks. */
  readonly rest: 'unsaid' | 'disabled' | 'between_tools' | 'never'
  /** `one`: temperature or top_p, not both. */
  readonly sampling: 'all' | 'one' | 'none'
  /** Whether a tool choice may force a call. */
  readonly takesForcedCalls: boolean
  /** Whether a conversation may end with the assistant, to be carried on by the answer. */
  readonly takesPrefill: boolean
  readonly takesSchemas: boolean
}

const newest: ClaudeModel = {
  thinking: 'adaptive',
  rest: 'never',
  sampling: 'none',
  takesForcedCalls: false,
  takesPrefill: false,
  takesSchemas: true,
}

const ofOtherMakers: ClaudeModel = {
  thinking: 'budget',
  rest: 'disabled',
  sampling: 'all',
  takesForcedCalls: true,
  takesPrefill: true,
  takesSchemas: true,
}

/** `name` is the provider's own, such as `claude-opus-4-1-20250805` or `us.anthropic.claude-sonnet-4-6-v1`. */
export function claudeModelOf(name: string): ClaudeModel {
  if (!/claude/i.test(name)) return ofOtherMakers
  const version = versionOf(name)
  if (version === undefined) return newest
  const family = /opus|sonnet|haiku|fable|mythos/i.exec(name)?.[0]?.toLowerCase()
  return version < 500 ? claude4Of(version) : claude5Of(family, version)
}

function claude4Of(version: number): ClaudeModel {
  return {
    thinking: version < 307 ? 'none' : version < 406 ? 'budget' : 'adaptive',
    rest: 'unsaid',
    sampling: version < 401 ? 'all' : version < 407 ? 'one' : 'none',
    takesForcedCalls: true,
    takesPrefill: version < 406,
    takesSchemas: version >= 405,
  }
}

function claude5Of(family: string | undefined, version: number): ClaudeModel {
  const rest = restOf(family, version)
  const isFirstFable = (family === 'fable' || family === 'mythos') && version === 500
  return { ...newest, rest, takesForcedCalls: rest === 'disabled' || isFirstFable }
}

function restOf(family: string | undefined, version: number): ClaudeModel['rest'] {
  switch (family) {
    case 'opus':
      return version < 505 ? 'disabled' : 'never'
    case 'sonnet':
      if (version === 505) return 'between_tools'
      return version < 505 ? 'disabled' : 'never'
    case 'haiku':
      return version <= 505 ? 'disabled' : 'never'
    default:
      return 'never'
  }
}

/** 401 of `claude-opus-4-1-20250805`, 305 of `claude-3.5-sonnet`, 400 of `claude-sonnet-4@20250514`. */
function versionOf(name: string): number | undefined {
  if (/claude-(?:instant|v?[12](?!\d))/i.test(name)) return 200
  // Amazon's names end with a version of their own, such as `-v1:0`.
  const match = /(?<!\d)(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(
    name.replace(/-v\d+(?::\d+)?$/, '').replace(/^.*claude/i, ''),
  )
  return match === null ? undefined : Number(match[1]) * 100 + Number(match[2] ?? 0)
}
