/**
 * The models that providers offer, out of three layers: the catalogue fetched last (or its last good file), the snapshot that
 * the program brings along, and what a provider's own list names beyond them. What the user declares stands above all and is
 * laid over in the settings. Nothing is parsed before it is asked for.
 */

import type { ProviderId } from '../../shared/domain/ids.ts'
import { type CatalogDocument, type CatalogModel, catalogModelsOf } from '../core/catalog/catalogDocument.ts'
import type { Log } from './ports.ts'

export type Catalog = {
  /** YYYY-MM-DD: of the fetched catalogue, else of the snapshot. Undefined: nothing of either was needed so far. */
  readonly date: () => string | undefined
  /** Of a kind of provider. */
  readonly modelsOf: (kind: string) => readonly CatalogModel[]
  /** What the provider's own list said. */
  readonly discovered: (provider: ProviderId) => readonly CatalogModel[]
  readonly setFetched: (document: CatalogDocument) => void
  readonly setDiscovered: (provider: ProviderId, models: readonly CatalogModel[]) => void
  readonly onChange: (listener: () => void) => () => void
}

export type CatalogPorts = {
  readonly snapshot: () => CatalogDocument | undefined
  /** The last good one that was fetched by this or an earlier daemon. */
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

  function open(): void {
    if (isOpen) return
    isOpen = true
    snapshot = ports.snapshot()
    fetched ??= ports.lastGood()
  }

  function decode(kind: string): readonly CatalogModel[] {
    open()
    const layers = [snapshot, fetched].flatMap((document) => {
      if (document === undefined) return []
      const { models, skippedCount } = catalogModelsOf(document, kind)
      if (skippedCount > 0) ports.log.warn('models of the catalogue were left out', { kind, skippedCount })
      return [models]
    })
    return merged(layers)
  }

  const announce = () => {
    byKind.clear()
    for (const listener of [...listeners]) listener()
  }
  return {
    date: () => (fetched ?? snapshot)?.date,
    modelsOf: (kind) => {
      const known = byKind.get(kind) ?? decode(kind)
      byKind.set(kind, known)
      return known
    },
    discovered: (provider) => byProvider.get(provider) ?? [],
    setFetched: (document) => {
      fetched = document
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

/** A later layer says more of a model than an earlier one; what it does not say stays. */
export function merged(layers: readonly (readonly CatalogModel[])[]): readonly CatalogModel[] {
  const byName = new Map<string, CatalogModel>()
  for (const model of layers.flat()) {
    const earlier = byName.get(model.upstreamModel)
    byName.set(model.upstreamModel, earlier === undefined ? model : laidOver(earlier, model))
  }
  return [...byName.values()]
}

function laidOver(earlier: CatalogModel, later: CatalogModel): CatalogModel {
  return {
    ...earlier,
    ...later,
    // A list that knows only names gives the canonical id by rule: the earlier one was looked up.
    model: earlier.model,
    prices: later.prices.length > 0 ? later.prices : earlier.prices,
    lacks: later.lacks.length > 0 ? later.lacks : earlier.lacks,
  }
}
