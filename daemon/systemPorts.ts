/** Real time, real dice and the prints of keys, behind the gateway's ports. */
import { createHash, randomBytes } from 'node:crypto'
import type { Clock, Random } from './gateway/ports.ts'

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  startTimer: (delayMs, onElapsed) => {
    // Longer delays would overflow to 1 ms; nobody waits for 24 days.
    const timer = setTimeout(onElapsed, Math.min(delayMs, 2 ** 31 - 1))
    // Its sockets keep the daemon alive; once they are closed nothing is left to be timed.
    timer.unref()
    return () => clearTimeout(timer)
  },
}

export const systemRandom: Random = { uint32: () => randomBytes(4).readUInt32LE() }

/** Of a SHA-256: 24 bits tell two keys apart, and are far too few to guess one from. */
const printHexDigits = 6

export function printOfKey(value: string): string {
  return createHash('sha256').update(`waybill key ${value}`).digest('hex').slice(0, printHexDigits)
}
