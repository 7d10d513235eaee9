/**
 * Which of a provider's ready keys is used next: in turn, each as often as its weight says and as evenly spread as can be
 * (smooth weighted round-robin, as nginx chooses upstreams). Deterministic; with equal weights it is the order of the list.
 */

/** What each key is owed, by name; a key that is not named is owed nothing. */
export type KeyTurns = ReadonlyMap<string, number>

export type WeightedKey = { readonly name: string; readonly weight: number }

export type KeyTurn<Key> = { readonly key: Key; readonly turns: KeyTurns }

/** `turns`: as they are once this key is used. Keys that are not ready now keep what they are owed. */
export function nextKeyTurn<Key extends WeightedKey>(turns: KeyTurns, ready: readonly [Key, ...Key[]]): KeyTurn<Key> {
  const owed = ready.map((key) => ({ key, credit: (turns.get(key.name) ?? 0) + key.weight }))
  const total = ready.reduce((sum, { weight }) => sum + weight, 0)
  const next = owed.reduce((most, one) => (one.credit > most.credit ? one : most))
  const after = owed.map(({ key, credit }) => [key.name, key === next.key ? credit - total : credit] as const)
  return { key: next.key, turns: new Map([...turns, ...after]) }
}
