// `npm run catalog:update`: makes daemon/catalog/snapshot.json anew from two public packages (both MIT), fetched into a
// temporary folder and not installed. One model a line, so that a change can be read.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { catalogOf } from './catalogModels.mjs'

const modelsPackage = '@oh-my-pi/pi-catalog'
const pricesPackage = '@pydantic/genai-prices'
const folder = mkdtempSync(join(tmpdir(), 'waybill-catalog-'))
try {
  const modelsFolder = unpacked(modelsPackage)
  const pricesFolder = unpacked(pricesPackage)
  const { findProvider } = await import(pathToFileURL(join(pricesFolder, 'dist/index.js')).href)
  const catalog = catalogOf({
    models: JSON.parse(readFileSync(join(modelsFolder, 'src/models.json'), 'utf8')),
    priceProvider: (providerId) => findProvider({ providerId }),
    date: new Date().toISOString().slice(0, 10),
    sources: [sourceOf(modelsPackage, modelsFolder), sourceOf(pricesPackage, pricesFolder)],
  })
  writeFileSync('daemon/catalog/snapshot.json', linesOf(catalog))
  for (const { id, models } of Object.values(catalog.providers)) console.log(id, Object.keys(models).length)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function unpacked(name) {
  const target = mkdtempSync(join(folder, 'package-'))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', target, name], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const archive = readdirSync(target).find((file) => file.endsWith('.tgz'))
  execFileSync('tar', ['-xzf', join(target, archive), '-C', target])
  return join(target, 'package')
}

function sourceOf(name, place) {
  const { version, license } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
  return { name, version, license }
}

function linesOf({ providers, ...head }) {
  const blocks = Object.values(providers).map(({ id, models }) => {
    const lines = Object.entries(models).map(([name, model]) => `${JSON.stringify(name)}:${JSON.stringify(model)}`)
    return `${JSON.stringify(id)}:{"id":${JSON.stringify(id)},"models":{\n${lines.join(',\n')}\n}}`
  })
  return `${JSON.stringify(head).slice(0, -1)},"providers":{\n${blocks.join(',\n')}\n}}\n`
}
