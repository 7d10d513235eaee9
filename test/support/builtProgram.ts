/** Builds the program `waybill` as a build of its own version and time, into the given folder. Answers the path of its bundle. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildOptions, buildSync } from 'esbuild'
import type { Build } from '../../shared/domain/build.ts'
import { repositoryFolder } from './waybillProgram.ts'

const { programBundle } = (await import(pathToFileURL(join(repositoryFolder, 'scripts/programBundle.mjs')).href)) as {
  readonly programBundle: (build: Build, outfile: string) => BuildOptions
}

export function builtProgram(build: Build, folder: string): string {
  const bundle = join(folder, `waybill-${build.version}-${build.builtAtMs}.cjs`)
  buildSync({ ...programBundle(build, bundle), absWorkingDir: repositoryFolder })
  return bundle
}
