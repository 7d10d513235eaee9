// How many tests a run says that it ran: { passed, failed, skipped }, or undefined if its output does not say. Only the
// closing lines count, the last ones if there are several. Cancelled and todo tests are failed ones: nothing shows that what they name works.

/** @param {string} output @param {'node-test' | 'suite'} form */
export function countsOf(output, form) {
  const text = stripColors(output)
  return form === 'suite' ? suiteCounts(text) : nodeTestCounts(text)
}

/** `# pass 12` (tap) or `ℹ pass 12` (spec), and so on for each kind. */
function nodeTestCounts(text) {
  const [pass, fail, cancelled, skipped, todo] = ['pass', 'fail', 'cancelled', 'skipped', 'todo'].map((kind) =>
    lastNumber(text, new RegExp(`^[#ℹ] ${kind} (\\d+)$`, 'gm')),
  )
  const counted = [pass, fail, cancelled, skipped, todo]
  if (counted.includes(undefined)) return undefined
  return { passed: pass, failed: fail + cancelled + todo, skipped }
}

/** `12 passed, 0 failed`. */
function suiteCounts(text) {
  const passed = lastNumber(text, /^(\d+) passed, \d+ failed$/gm)
  const failed = lastNumber(text, /^\d+ passed, (\d+) failed$/gm)
  return passed === undefined ? undefined : { passed, failed, skipped: 0 }
}

function lastNumber(text, pattern) {
  const last = [...text.matchAll(pattern)].at(-1)
  return last === undefined ? undefined : Number(last[1])
}

function stripColors(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what a colour begins with.
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '')
}
