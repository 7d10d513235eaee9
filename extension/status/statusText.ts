/**
 * What the status item says: icon, profile or model, one number. Warning background only where something needs a person. Pure.
 */
import { formatMoneySum } from '../../shared/domain/format.ts'
import type { MoneySum } from '../../shared/domain/money.ts'
import { providerTroublesOf, waitWords } from '../../shared/domain/providerTroubles.ts'
import type { ConnectionState, ResultOf } from '../daemon/connection.ts'
import type { RunningRequest } from '../prompting/runningRequests.ts'

export type StatusFigures = {
  readonly profile: string
  /** Every endpoint that the profile reaches is a practice endpoint. */
  readonly isPractice: boolean
  /** Endpoints that the profile reaches. */
  readonly endpointCount: number
  /** Of all clients, since midnight UTC; undefined until it is known. */
  readonly costToday: MoneySum | undefined
}

export type StatusInput = {
  readonly connection: ConnectionState
  /** The last that were known. */
  readonly figures: StatusFigures | undefined
  readonly running: readonly RunningRequest[]
  /** As they were when the first of these began to wait; empty while none does. */
  readonly providers: ResultOf<'status'>['providers']
  /** Unix milliseconds: what is left of a wait is counted from it. */
  readonly nowMs: number
}

export type StatusText = {
  readonly text: string
  readonly tooltip: string
  readonly isWarning: boolean
}

export function statusTextOf(input: StatusInput): StatusText {
  const { connection, figures } = input
  switch (connection.kind) {
    case 'none':
      return quiet('$(arrow-swap) Waybill', 'Not running: it starts with your first prompt.')
    case 'connecting':
      return quiet(`$(loading~spin) ${figures?.profile ?? 'Waybill'}`, 'Connecting to the daemon.')
    case 'lost':
      return {
        text: '$(debug-disconnect) Waybill not connected',
        tooltip: tooltipOf(`The connection to the daemon was lost: ${connection.reason} It is tried again by itself.`),
        isWarning: true,
      }
    case 'connected':
      return connectedText(input)
  }
}

function connectedText(input: StatusInput): StatusText {
  const { figures, running } = input
  const [first] = running
  if (first !== undefined) return runningText(first, input)
  if (figures === undefined) return quiet('$(arrow-swap) Waybill', 'Connected.')
  const { profile, costToday } = figures
  if (figures.endpointCount === 0) {
    return quiet(
      `$(warning) ${profile}, no endpoint`,
      `Profile ${profile} has no endpoint yet: a prompt with it fails.`,
    )
  }
  if (figures.isPractice) {
    const name = profile === 'practice' ? 'practice' : `${profile}, practice`
    return quiet(`$(beaker) ${name}, no cost`, `Profile ${profile}: practice answers, pretend cost.`)
  }
  if (costToday === undefined) return quiet(`$(arrow-swap) ${profile}`, `Profile ${profile}.`)
  const cost = formatMoneySum(costToday, 'card')
  return quiet(`$(arrow-swap) ${profile} ${cost}`, `Profile ${profile}. Cost today (UTC), all clients: ${cost}.`)
}

function runningText(request: RunningRequest, input: StatusInput): StatusText {
  const count = input.running.length
  if (input.running.every(({ phase }) => phase === 'cooling')) return waitingText(input)
  if (count > 1) return quiet(`$(loading~spin) ${count} streaming`, `${count} prompts are under way.`)
  const model = request.model === undefined ? request.title : slugOf(request.model)
  const practice = request.isPractice ? ', practice' : ''
  switch (request.phase) {
    case 'waiting':
    case 'cooling':
      if (request.wait?.budget !== undefined) return roomText(request, request.wait.budget)
      return quiet(`$(loading~spin) waiting for ${model}${practice}`, `${request.title}: sent, no text yet.`)
    case 'streaming':
      return quiet(`$(loading~spin) ${model}${practice}`, `${request.title}: the answer streams.`)
    case 'starting-again': {
      const place = request.provider === undefined ? '' : ` at ${request.provider}`
      return quiet(
        `$(history) starting again${place}${practice}`,
        `${request.title}: a provider broke off; its text was taken back.`,
      )
    }
  }
}

function roomText({ title }: RunningRequest, budget: string): StatusText {
  return quiet(
    `$(watch) waiting for room in budget ${budget}`,
    `${title}: others hold what is left of budget ${budget}, or its rate is used up. It goes on by itself.`,
  )
}

/** All that run wait: nobody can be asked now. Says for whom the first that goes on waits, and what is wrong with whom. */
function waitingText({ running, providers, nowMs }: StatusInput): StatusText {
  const [first] = [...running].sort((a, b) => (a.wait?.untilMs ?? 0) - (b.wait?.untilMs ?? 0))
  const words = waitWords(first?.wait ?? {}, nowMs)
  const titles = running.map(({ title }) => title).join(', ')
  const troubles = providers.flatMap((provider) =>
    providerTroublesOf(provider, nowMs).map(({ found }) => `\n${provider.id}: ${found}`),
  )
  const sentence = `${titles}: every endpoint is cooling; ${words}. It goes on by itself.`
  return {
    text: `$(watch) ${running.length > 1 ? `${running.length} ` : ''}${words}`,
    tooltip: tooltipOf(sentence + troubles.slice(0, shownTroubles).join('')),
    isWarning: true,
  }
}

const shownTroubles = 6

function quiet(text: string, sentence: string): StatusText {
  return { text, tooltip: tooltipOf(sentence), isWarning: false }
}

function tooltipOf(sentence: string): string {
  return `Waybill, your own model router. ${sentence}\nClick to choose this workspace’s profile.`
}

function slugOf(model: string): string {
  return model.slice(model.indexOf('/') + 1)
}
