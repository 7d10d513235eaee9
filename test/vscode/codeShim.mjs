#!/usr/bin/env node
// The file that @vscode/test-electron starts as "the VS Code executable": it only makes codeShim.ts runnable, from any folder.

import { register } from 'tsx/esm/api'

register()
await import('./codeShim.ts')
