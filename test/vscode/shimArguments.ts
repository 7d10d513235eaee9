// The part of VS Code's command line that @vscode/test-electron uses. `decodeShimArguments` answers with what is asked for, or
// with a sentence that says why the stand-in cannot do it. Unknown options are ignored, as most only concern the desktop.

import { resolve } from 'node:path'

export interface ShimRequest {
  readonly extensionDevelopmentPath: string
  readonly extensionTestsPath: string
  /** A folder or a .code-workspace file; none opens an empty window. */
  readonly workspace: string | undefined
  readonly userData: string | undefined
  readonly extensions: string | undefined
  readonly disableExtensions: boolean
}

export function decodeShimArguments(args: readonly string[]): ShimRequest | string {
  const developmentPaths = valuesOf(args, 'extensionDevelopmentPath')
  const [extensionDevelopmentPath] = developmentPaths
  const [extensionTestsPath] = valuesOf(args, 'extensionTestsPath')
  if (extensionDevelopmentPath === undefined || extensionTestsPath === undefined) {
    return 'expected --extensionDevelopmentPath=<folder> and --extensionTestsPath=<file>'
  }
  if (developmentPaths.length > 1) {
    return 'the web workbench honours one --extensionDevelopmentPath; install the others as .vsix'
  }
  const workspace = args.find((arg) => !arg.startsWith('--'))
  return {
    extensionDevelopmentPath,
    extensionTestsPath,
    workspace: workspace === undefined ? undefined : resolve(workspace),
    userData: valuesOf(args, 'user-data-dir')[0],
    extensions: valuesOf(args, 'extensions-dir')[0],
    disableExtensions: args.includes('--disable-extensions'),
  }
}

function valuesOf(args: readonly string[], option: string): readonly string[] {
  const prefix = `--${option}=`
  return args.filter((arg) => arg.startsWith(prefix)).map((arg) => resolve(arg.slice(prefix.length)))
}
