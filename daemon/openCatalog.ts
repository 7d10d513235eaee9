/** The catalogue: what the program brings along, and over it the one that was fetched last. Part of the composition root. */
import { join } from 'node:path'
import { catalogSnapshotText } from './catalogSnapshot.ts'
import { decodeCatalogDocument } from './core/catalog/catalogDocument.ts'
import { type Catalog, createCatalog } from './gateway/catalog.ts'
import { type CatalogFile, documentOf } from './gateway/catalogRefresh.ts'
import type { Log } from './gateway/ports.ts'
import { openCatalogFile } from './storage/catalogFile.ts'
import type { DataFolders } from './storage/dataFolders.ts'

export type OpenCatalog = { readonly catalog: Catalog; readonly catalogFile: CatalogFile }

/** `url`: where the configuration says that it is fetched from. What came from another address counts no more. */
export function openCatalog(url: () => string | undefined, folders: Pick<DataFolders, 'state'>, log: Log): OpenCatalog {
  const catalogFile = openCatalogFile(join(folders.state, 'catalog.json'), log)
  const catalog = createCatalog({
    snapshot: () => decodeCatalogDocument(JSON.parse(catalogSnapshotText()), ''),
    lastGood: () => {
      const kept = url() === undefined ? undefined : catalogFile.read()
      return kept?.url === url() ? kept && documentOf(kept.text, kept.fetchedOn) : undefined
    },
    log,
  })
  return { catalog, catalogFile }
}
