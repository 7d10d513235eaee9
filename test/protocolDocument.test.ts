/** PROTOCOL.md names everything that shared/protocol holds, and carries its hash. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { failureKinds } from '../shared/domain/failure.ts'
import { failureTable } from '../shared/domain/failureTable.ts'
import { rpcErrorCodes } from '../shared/protocol/errors.ts'
import { maxHeaderBytes, maxMessageBytes } from '../shared/protocol/framing.ts'

const root = new URL('..', import.meta.url)
// The formatter pads tables.
const text = readFileSync(new URL('PROTOCOL.md', root), 'utf8').replace(/ +/g, ' ')
const folder = new URL('shared/protocol/', root)

describe('PROTOCOL.md', () => {
  it('carries the hash of shared/protocol: read it again after a change, then run `npm run protocol:hash -- --write`', () => {
    const script = fileURLToPath(new URL('scripts/protocolHash.mjs', root))
    const hash = execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim()
    assert.match(text, new RegExp(`<!-- shared/protocol sha256: ${hash} -->`))
  })

  it('names every method, and every field and word of its params and result', async () => {
    const types = await messageTypes()
    const missing = types.flatMap((type) => wordsOf(type).filter((word) => !isNamed(word)))
    assert.deepEqual(missing, [])
    assert.ok(types.length > 10)
  })

  it('names every failure with its code, every other error code and both limits', () => {
    const expected = [
      ...failureKinds.map((kind) => `| ${failureTable[kind].rpcCode} | \`${kind}\` |`),
      ...Object.values(rpcErrorCodes).map((code) => `| ${code} |`),
      ...[maxHeaderBytes, maxMessageBytes].map((limit) => `(${limit.toLocaleString('en-US')})`),
    ]
    assert.deepEqual(
      expected.filter((words) => !text.includes(words)),
      [],
    )
  })
})

type MessageType = { readonly method: string; readonly params: z.ZodType; readonly result?: z.ZodType }

async function messageTypes(): Promise<readonly MessageType[]> {
  const modules = await Promise.all(readdirSync(folder).map((file) => import(new URL(file, folder).href)))
  return modules.flatMap((module) => Object.values(module)).filter(isMessageType)
}

function isMessageType(value: unknown): value is MessageType {
  return typeof value === 'object' && value !== null && 'method' in value && 'params' in value
}

function isNamed(word: string): boolean {
  return new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text)
}

/** The method, and all property names and string constants of its schemas, as JSON Schema writes them. */
function wordsOf({ method, params, result }: MessageType): readonly string[] {
  const words = [method]
  const take = (key: string, value: unknown): unknown => {
    if (key === 'properties') words.push(...Object.keys(value as object))
    if (key === 'const' || key === 'enum') words.push(...[value].flat().map(String))
    return value
  }
  for (const schema of [params, result]) {
    if (schema !== undefined) JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' }), take)
  }
  return words
}
