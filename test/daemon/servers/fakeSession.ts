/** A session that answers every method with something valid and keeps what it was asked. */
import type { OpenSession, PartSink, Session, SessionOptions } from '../../../daemon/gateway/session.ts'
import { requestIdSchema } from '../../../shared/domain/ids.ts'
import { noMoney } from '../../../shared/domain/moneySum.ts'
import type { Waybill } from '../../../shared/domain/waybill.ts'

export type FakeSession = {
  readonly options: SessionOptions
  readonly chats: FakeChat[]
  disposedCount: number
}

export type FakeChat = {
  readonly text: string
  readonly sink: PartSink
  readonly signal: AbortSignal
  readonly end: () => void
}

export type FakeSessions = {
  readonly opened: FakeSession[]
  readonly openSession: OpenSession
}

export function createFakeSessions(change: (session: Session) => Session = (session) => session): FakeSessions {
  const opened: FakeSession[] = []
  return {
    opened,
    openSession: (options) => {
      const fake: FakeSession = { options, chats: [], disposedCount: 0 }
      opened.push(fake)
      return change(sessionOf(fake))
    },
  }
}

export const aWaybill: Waybill = {
  requestId: requestIdSchema.parse('request-1'),
  startedAtMs: 1_700_000_000_000,
  totalMs: 12,
  caller: { client: 'test', user: 'somebody' },
  attempts: [],
  outcome: 'succeeded',
  cost: noMoney,
}

function sessionOf(fake: FakeSession): Session {
  const startChat: Session['chat'] = (params, sink, signal) =>
    new Promise((resolve) => {
      const text = params.prompt?.code?.text ?? ''
      const end = () => resolve({ state: 'ended', waybill: { ...aWaybill, requestId: params.requestId } })
      fake.chats.push({ text, sink, signal, end })
      const cancel = () =>
        resolve({
          failure: { kind: 'cancelled', message: 'cancelled by the client' },
          waybill: { ...aWaybill, requestId: params.requestId, outcome: 'cancelled' },
        })
      if (signal.aborted) cancel()
      else signal.addEventListener('abort', cancel)
    })
  const unused = (): never => {
    throw new Error('canary-of-a-bug')
  }
  return {
    chat: startChat,
    attach: async () => ({ state: 'taken-over' }),
    prompts: () => ({ prompts: [] }),
    profiles: () => ({ failure: { kind: 'not-found', message: 'expected a workspace, found none' } }),
    showProfile: unused,
    setProfile: unused,
    stats: unused,
    journal: async () => ({ waybills: [aWaybill] }),
    catalogModels: unused,
    catalogEndpoints: unused,
    refreshCatalog: unused,
    explain: unused,
    feedback: unused,
    status: unused,
    budgets: unused,
    setBudget: unused,
    removeBudget: unused,
    releaseReservation: unused,
    allowEndpoint: unused,
    forget: unused,
    addProvider: unused,
    keys: {
      list: unused,
      set: unused,
      rotate: unused,
      test: unused,
      disable: unused,
      enable: unused,
      weigh: unused,
      remove: unused,
    },
    setEnvironment: (params) => ({ accepted: Object.keys(params.environment) }),
    shutdown: () => ({ requestsInterrupted: 0 }),
    takeOver: async () => ({ state: 'refused', reason: 'this daemon is not older' }),
    environmentNames: () => ['OPENAI_API_KEY'],
    dispose: () => {
      fake.disposedCount += 1
    },
  }
}
