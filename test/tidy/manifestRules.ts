/** Rules about package.json, the lock file and what tracked files may name. */
import * as z from 'zod'
import type { Repository, Rule } from './repository.ts'

const versionsSchema = z.record(z.string(), z.string()).default({})

const manifestSchema = z.object({
  dependencies: versionsSchema,
  optionalDependencies: versionsSchema,
  devDependencies: versionsSchema,
  contributes: z.object({ commands: z.array(z.object({ command: z.string() })).default([]) }).default({ commands: [] }),
})

export const exactVersions: Rule = (repository) => {
  const { dependencies, optionalDependencies, devDependencies } = manifestOf(repository)
  return Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `package.json: asks for ${name} ${version}; name one version exactly`)
}

/** Whoever installs takes the packages from the host that they trust; `integrity` says whether they are the same. */
export const lockNamesNoHost: Rule = (repository) =>
  repository
    .textOf('package-lock.json')
    .split('\n')
    .filter((line) => line.includes('"resolved"'))
    .map((line) => `package-lock.json: has ${line.trim()}; remove such lines, npm needs only \`integrity\``)

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).default({}) })),
})

/**
 * `npm ci` refuses a lock file that leaves out a platform's package, and `npm install` leaves out those that its registry
 * does not have: a mistake that only a fresh clone would show.
 */
export const lockNamesEveryPlatform: Rule = (repository) => {
  const { packages } = lockSchema.parse(JSON.parse(repository.textOf('package-lock.json')))
  return Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
      .map(
        ([name, version]) => `package-lock.json: has no entry for ${name} ${version}; put it back, npm ci asks for it`,
      ),
  )
}

/** The id of a command stands, as a text or a name, in a file of the extension that registers commands. */
export const everyCommandHasAHandler: Rule = (repository) => {
  const registering = repository.paths
    .filter((path) => /^extension\/.*\.ts$/.test(path))
    .map((path) => repository.textOf(path))
    .filter((text) => /\bregister(TextEditor)?Command\b/.test(text))
    .join('\n')
  return manifestOf(repository)
    .contributes.commands.map(({ command }) => command)
    .filter((command) => !["'", '"', '`'].some((quote) => registering.includes(`${quote}${command}${quote}`)))
    .map(
      (command) => `package.json: contributes ${command}, which nothing in extension/ registers; register or remove it`,
    )
}

// Cut up, so that this file does not name them.
const foreignNames: readonly RegExp[] = [
  new RegExp(`(?<![\\w.])/${'work'}/`),
  new RegExp(`(?<![\\w.])/${'root'}/`),
  new RegExp(`${'npm'}js\\.(org|com)`),
  new RegExp(`${'issues'} ${'show'}`),
]

export const noForeignName: Rule = (repository) =>
  repository.paths
    .filter((path) => !/\.(png|gz|bin)$/.test(path))
    .flatMap((path) => {
      const text = repository.textOf(path)
      const found = foreignNames.map((name) => name.exec(text)?.[0]).find((name) => name !== undefined)
      return found === undefined ? [] : [`${path}: names ${found}, which only one machine has; say it without`]
    })

function manifestOf(repository: Repository): z.infer<typeof manifestSchema> {
  return manifestSchema.parse(JSON.parse(repository.textOf('package.json')))
}
