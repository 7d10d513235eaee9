/**
 * The models that providers offer, out of three layers: the catalogue fetched last (or its last good file), the snapshot that
 * the program brings along, and what a provider's own list names beyond them. What the user declares stands above all and is
 * laid over in the settings. Nothing is parsed before it is asked for.
 */

import type { ProviderId } from '../../shared/domain/ids.ts'
import { type ModelNames, modelNamesOf, withDistinctIds } from '../core/catalog/canonicalModel.ts'
import {
  type CatalogDocument,
  type CatalogModel,
  catalogModelsOf,
  openrouterIdsOf,
} from '../core/catalog/catalogDocument.ts'
import { mergedModels } from '../core/catalog/mergeModels.ts'
import type { Log } from './ports.ts'

export type Catalog = {
  /** YYYY-MM-DD: of the fetched catalogue, else of the snapshot. Undefined: nothing of either was needed so far. */
  readonly date: () => string | undefined
  /** Of a kind of provider. */
  readonly modelsOf: (kind: string) => readonly CatalogModel[]
  /** By which models of any provider are named; of all documents. */
  readonly names: () => ModelNames
  /** What the provider's own list said. */
  readonly discovered: (provider: ProviderId) => readonly CatalogModel[]
  readonly setFetched: (document: CatalogDocument) => void
  /** Another address is configured: what was fetched from the old one counts no more. */
  readonly forgetFetched: () => void
  readonly setDiscovered: (provider: ProviderId, models: readonly CatalogModel[]) => void
  readonly onChange: (listener: () => void) => () => void
}

export type CatalogPorts = {
  readonly snapshot: () => CatalogDocument | undefined
  /** The last good one that was fetched, from the address that is configured now, by this or an earlier daemon. */
  readonly lastGood: () => CatalogDocument | undefined
  readonly log: Log
}

export function createCatalog(ports: CatalogPorts): Catalog {
  const byKind = new Map<string, readonly CatalogModel[]>()
  const byProvider = new Map<ProviderId, readonly CatalogModel[]>()
  const listeners = new Set<() => void>()
  let fetched: CatalogDocument | undefined
  let snapshot: CatalogDocument | undefined
  let isOpen = false
  let knownNames: ModelNames | undefined

  function open(): void {
    if (isOpen) return
    isOpen = true
    snapshot ??= ports.snapshot()
    fetched ??= ports.lastGood()
  }

  function layers() {
    open()
    const all = [
      { by: 'snapshot', document: snapshot },
      { by: 'fetched', document: fetched },
    ] as const
    return all.flatMap(({ by, document }) => (document === undefined ? [] : [{ by, document }]))
  }

  function names(): ModelNames {
    knownNames ??= modelNamesOf([...new Set(layers().flatMap(({ document }) => openrouterIdsOf(document)))])
    return knownNames
  }

  function decode(kind: string): readonly CatalogModel[] {
    const decoded = layers().map(({ by, document }) => {
      const { models, skippedCount } = catalogModelsOf(document, kind, names)
      if (skippedCount > 0) ports.log.warn('models of the catalogue were left out', { kind, skippedCount })
      const priced = { by, on: document.date }
      return models.map((model) => (model.prices.length > 0 ? { ...model, priced } : model))
    })
    return withDistinctIds(kind, mergedModels(decoded))
  }

  const announce = () => {
    byKind.clear()
    knownNames = undefined
    for (const listener of [...listeners]) listener()
  }
  return {
    date: () => (fetched ?? snapshot)?.date,
    modelsOf: (kind) => {
      const known = byKind.get(kind) ?? decode(kind)
      byKind.set(kind, known)
      return known
    },
    names,
    discovered: (provider) => byProvider.get(provider) ?? [],
    setFetched: (document) => {
      fetched = document
      announce()
    },
    forgetFetched: () => {
      fetched = undefined
      isOpen = false
      announce()
    },
    setDiscovered: (provider, models) => {
      const before = byProvider.get(provider)
      byProvider.set(provider, models)
      if (JSON.stringify(before) !== JSON.stringify(models)) announce()
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
