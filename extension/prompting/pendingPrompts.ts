/**
 * The prompts of this workspace that are under way, kept in the editor's workspace storage, so that a reloaded window can attach
 * to them again. Written before a prompt is sent, taken out when it ended. Holds digests and places, no code and no answer.
 */
import type { Memento } from 'vscode'
import type { PromptName } from '../../shared/domain/prompt.ts'
import type { RememberedTarget } from './rememberedTarget.ts'

export type PendingPrompt = {
  readonly requestId: string
  readonly prompt: PromptName
  readonly title: string
  readonly documentUri: string
  /** Heading of an answer. */
  readonly heading: string
  /** Only for an edit. */
  readonly target?: RememberedTarget
  /** The edit may stand in the document already, so that it must not be written again. */
  readonly isWriting?: true
}

export type PendingPrompts = {
  readonly list: () => readonly PendingPrompt[]
  /** Adds it, or replaces the one with the same id; resolves when it is stored. */
  readonly put: (pending: PendingPrompt) => Promise<void>
  readonly remove: (requestId: string) => Promise<void>
}

const storageKey = 'waybill.pendingPrompts'

export function createPendingPrompts(storage: Memento): PendingPrompts {
  const list = () => storage.get<readonly PendingPrompt[]>(storageKey, [])
  const others = (requestId: string) => list().filter((pending) => pending.requestId !== requestId)
  return {
    list,
    put: async (pending) => storage.update(storageKey, [...others(pending.requestId), pending]),
    remove: async (requestId) => storage.update(storageKey, others(requestId)),
  }
}
