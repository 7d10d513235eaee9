// The unit and tidy tests, or a share of them, in this one process: the words `1 2` mean the first of two shares.
import { pathToFileURL } from 'node:url'
import { unitTestFiles } from './testFiles.mjs'

const [share, shares] = process.argv.slice(2).map(Number)
if (!(share >= 1 && share <= shares))
  throw new Error(
    `expected a share and how many there are, as in \`1 2\`, found \`${process.argv.slice(2).join(' ')}\``,
  )

const files = unitTestFiles.filter((_, index) => index % shares === share - 1)
for (const file of files) await import(pathToFileURL(file).href)
