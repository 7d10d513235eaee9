/**
 * Field names of the journal's lines, schema 2: each name of the table is written as its short form, at every depth; any
 * other name is written as it is, so that a field added later needs no row here. A name that looks like a short form is
 * written with a `$` before it. The table is a format: rows may be added, never changed or taken out, or old files would
 * be read wrongly.
 */
const shortForms: Readonly<Record<string, string>> = {
  type: 't',
  atMs: 'a',
  requestId: 'i',
  requestStartedAtMs: 'rs',
  attempt: 'n',
  endpoint: 'e',
  provider: 'p',
  model: 'm',
  isPractice: 'ip',
  key: 'k',
  keyPrint: 'kp',
  bound: 'b',
  boundInputTokens: 'bi',
  boundOutputTokens: 'bo',
  scope: 's',
  kind: 'K',
  nanodollars: 'd',
  lowNanodollars: 'dl',
  highNanodollars: 'dh',
  client: 'c',
  user: 'u',
  workspace: 'w',
  profile: 'f',
  profileSource: 'fs',
  prompt: 'q',
  tier: 'ti',
  catalogDate: 'cd',
  plan: 'P',
  version: 'v',
  orderedBy: 'ob',
  candidates: 'C',
  rejected: 'R',
  reason: 'r',
  record: 'z',
  startedAtMs: 'sa',
  headMs: 'h',
  firstTextMs: 'ft',
  totalMs: 'T',
  outcome: 'o',
  failure: 'F',
  message: 'M',
  next: 'N',
  nextBecause: 'nb',
  isRewound: 'ir',
  finishReason: 'fr',
  usage: 'U',
  inputTokens: 'I',
  cachedInputTokens: 'ci',
  cacheWriteTokens: 'cw',
  cacheWrite1hTokens: 'c1',
  outputTokens: 'O',
  reasoningTokens: 'rt',
  cost: 'x',
  rates: 'ra',
  inputNanodollarsPerMillionTokens: 'pi',
  outputNanodollarsPerMillionTokens: 'po',
  cachedInputNanodollarsPerMillionTokens: 'pc',
  cacheWriteNanodollarsPerMillionTokens: 'pw',
  cacheWrite1hNanodollarsPerMillionTokens: 'p1',
  reasoningNanodollarsPerMillionTokens: 'pr',
  source: 'so',
  waybill: 'W',
  caller: 'ca',
  attemptCount: 'ac',
  waitedMs: 'wm',
  measuredNanodollars: 'md',
  estimatedNanodollars: 'ed',
  estimatedLowNanodollars: 'el',
  estimatedHighNanodollars: 'eh',
  unknownCount: 'uc',
  practiceNanodollars: 'pd',
  holds: 'ho',
  clientKey: 'ck',
}

const shortByName = new Map(Object.entries(shortForms))
const nameByShort = new Map([...shortByName].map(([name, short]) => [short, name]))

export function shortNameOf(name: string): string {
  const short = shortByName.get(name)
  if (short !== undefined) return short
  return nameByShort.has(name) || name.startsWith('$') ? `$${name}` : name
}

const textByName = new Map([...shortByName].map(([name, short]) => [name, `${JSON.stringify(short)}:`]))

/** As it stands in a line, with its colon. */
export function shortNameTextOf(name: string): string {
  return textByName.get(name) ?? `${JSON.stringify(shortNameOf(name))}:`
}

export function longNameOf(short: string): string {
  const name = nameByShort.get(short)
  if (name !== undefined) return name
  return short.startsWith('$') ? short.slice(1) : short
}
