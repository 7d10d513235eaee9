/** Rules that keep PROTOCOL.md and the tables of the code telling the same. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { failureKinds } from '../../shared/domain/failure.ts'
import { failureTable } from '../../shared/domain/failureTable.ts'
import type { Rule } from './repository.ts'

const root = join(import.meta.dirname, '../..')
const document = 'PROTOCOL.md'

const { protocolHash } = (await import(pathToFileURL(join(root, 'scripts/protocolHash.mjs')).href)) as {
  readonly protocolHash: () => string
}
const methods = await methodsOf(join(root, 'shared/protocol'))

export const protocolHashIsCurrent: Rule = (repository) =>
  repository.textOf(document).includes(protocolHash())
    ? []
    : [
        `${document}: does not carry the hash of shared/protocol; write the change, then \`npm run protocol:hash -- --write\``,
      ]

export const everyMethodIsDocumented: Rule = (repository) => {
  const text = repository.textOf(document)
  return methods
    .filter((method) => !text.includes(`\`${method}\``))
    .map((method) => `${document}: does not name \`${method}\` of shared/protocol; describe it`)
}

export const everyFailureKindHasARow: Rule = (repository) => {
  const rows = repository
    .textOf(document)
    .split('\n')
    .filter((line) => line.startsWith('|'))
  const codes = failureKinds.map((kind) => failureTable[kind].rpcCode)
  return failureKinds.flatMap((kind) => {
    const code = String(failureTable[kind].rpcCode)
    const isShared = codes.filter((other) => String(other) === code).length > 1
    const isDocumented = rows.some((row) => cellsOf(row).includes(kind) && cellsOf(row).includes(code))
    return [
      ...(isShared
        ? [`shared/domain/failureTable.ts: gives ${code} to ${kind} and to another kind; choose a free one`]
        : []),
      ...(isDocumented ? [] : [`${document}: its table of failures has no row of ${kind} with code ${code}; add it`]),
    ]
  })
}

function cellsOf(row: string): readonly string[] {
  return row.split('|').map((cell) => cell.replaceAll('`', '').trim())
}

async function methodsOf(folder: string): Promise<readonly string[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  const modules: readonly object[] = await Promise.all(
    files.map((name) => import(pathToFileURL(join(folder, name)).href)),
  )
  return modules.flatMap((module) => Object.values(module)).flatMap(methodOf)
}

function methodOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || !('method' in value)) return []
  return typeof value.method === 'string' ? [value.method] : []
}
