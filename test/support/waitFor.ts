/** Waits until the condition answers something else than undefined or false; gives up loudly after 20 s. */
import { setTimeout as pause } from 'node:timers/promises'

const giveUpMs = 20_000

export async function waitFor<Value>(
  what: string,
  condition: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const giveUpAtMs = performance.now() + giveUpMs
  for (;;) {
    const value = await condition()
    if (value !== undefined && value !== false) return value
    if (performance.now() > giveUpAtMs) throw new Error(`waited ${giveUpMs / 1000} s for ${what}`)
    await pause(2)
  }
}
