// The environment for a VS Code under test: ours, without what would make it part of whatever started us.
// VSCODE_* (a terminal of another VS Code) turns code-server into a mere command-line client; NODE_TEST_CONTEXT makes a nested
// `node --test` report to the wrong place; NODE_OPTIONS and ELECTRON_* change how its processes start.

export function cleanEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !isForeign(name)) environment[name] = value
  }
  return { ...environment, ...extra }
}

function isForeign(name: string): boolean {
  return /^(VSCODE_|ELECTRON_)/.test(name) || name === 'NODE_OPTIONS' || name === 'NODE_TEST_CONTEXT'
}
