// Prints the hash of shared/protocol that PROTOCOL.md carries: SHA-256 over every .ts file of the folder in the order of
// their names, each as name, line feed, content. With --write it updates PROTOCOL.md; write the words first, then run it.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const folder = new URL('shared/protocol/', root)
const document = new URL('PROTOCOL.md', root)

export function protocolHash() {
  const hash = createHash('sha256')
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  for (const name of names.sort()) hash.update(`${name}\n`).update(readFileSync(new URL(name, folder)))
  return hash.digest('hex')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const hash = protocolHash()
  if (process.argv.includes('--write')) {
    const text = readFileSync(document, 'utf8')
    writeFileSync(
      document,
      text.replace(/<!-- shared\/protocol sha256:\s*\w*\s*-->/, `<!-- shared/protocol sha256: ${hash} -->`),
    )
  }
  console.log(hash)
}
