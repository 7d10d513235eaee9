/** Colours of the command line; without colour every function gives back its text. */
export type Ink = {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
}

export const plainInk: Ink = { bold: same, dim: same, red: same, green: same, yellow: same }

/** ECMA-48 SGR codes. */
const colorInk: Ink = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
  red: (text) => `\u001b[31m${text}\u001b[39m`,
  green: (text) => `\u001b[32m${text}\u001b[39m`,
  yellow: (text) => `\u001b[33m${text}\u001b[39m`,
}

export function inkOf(terminal: { readonly isColored: boolean }): Ink {
  return terminal.isColored ? colorInk : plainInk
}

function same(text: string): string {
  return text
}
