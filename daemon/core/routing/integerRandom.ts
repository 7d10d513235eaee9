/**
 * Dice that follow from a seed, in 32-bit integers, so that a plan can be computed again on any machine. The mixing is
 * SplitMix32's (constants of MurmurHash3's finaliser): good enough to spread requests, not for secrets.
 */
export type IntegerRandom = {
  /** An even draw from 0 to 2^32 - 1. */
  readonly uint32: () => number
  /** An even draw from 0 up to, but not with, 1. */
  readonly ratio: () => number
}

export function createIntegerRandom(seed: number): IntegerRandom {
  let state = seed | 0
  const uint32 = () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x85ebca6b)
    mixed = mixed ^ (mixed >>> 13)
    mixed = Math.imul(mixed, 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
  return { uint32, ratio: () => uint32() / 4_294_967_296 }
}
