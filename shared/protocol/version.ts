/**
 * Versions of the protocol that this build speaks. A daemon and a client can work together when their ranges overlap;
 * they then speak the highest version that both know.
 */
export const protocolVersions = { min: 1, max: 1 } as const
