/**
 * The old daemon's side of a take-over. A successor asks with its build and is answered when it may begin; who is not
 * strictly newer is refused at once, with the reason. Meanwhile `handOverPhaseOf` says what this daemon still does; `end` is
 * called once, when it is to end. Until then a successor that goes away takes its wish back and everything is served as
 * before; a newer successor replaces it. `announce` gets the build that it hands over to while it has to wait, and undefined
 * when it stays after all.
 */
import type { Build } from '../../shared/domain/build.ts'
import { buildWords, isStrictlyNewer } from '../../shared/domain/newerBuild.ts'
import type { HandOverStatus } from '../../shared/protocol/takeover.ts'
import { type HandOverLimits, type HandOverPhase, handOverPhaseOf } from '../core/handOver/handOverPhase.ts'
import type { Clock, Log } from './ports.ts'

export type TakeOverAnswer = { readonly state: 'handed-over' } | { readonly state: 'refused'; readonly reason: string }

export type HandOver = {
  /** `successor` is any value of its own that the one who asks has. */
  readonly ask: (build: Build, successor: object) => Promise<TakeOverAnswer>
  /** Whoever this was is gone. */
  readonly leave: (successor: object) => void
  /** Whatever changes the number of requests under way or held calls this. */
  readonly onChange: () => void
  readonly isDraining: () => boolean
  /** What `waybill/status` says of it. */
  readonly status: () => { readonly handOver?: HandOverStatus }
  /** The daemon ends for another reason: nobody is to start in its place. */
  readonly stop: () => void
}

export type HandOverPorts = {
  readonly build: Build
  readonly limits: HandOverLimits
  readonly clock: Clock
  readonly log: Log
  /** Requests under way or held. */
  readonly countHeld: () => number
  readonly announce: (to: Build | undefined) => void
  readonly end: () => void
}

type Asked = {
  readonly to: Build
  readonly successor: object
  readonly answer: (answer: TakeOverAnswer) => void
  readonly atMs: number
  readonly wallAtMs: number
  phase: HandOverPhase
}

export function createHandOver(ports: HandOverPorts): HandOver {
  const { build, limits, clock, log } = ports
  let asked: Asked | undefined
  let stopTimer = () => {}

  function look(): void {
    stopTimer()
    if (asked === undefined || asked.phase.phase === 'ending') return
    const before = asked.phase.phase
    const held = ports.countHeld()
    asked.phase = handOverPhaseOf(clock.monotonicMs() - asked.atMs, held, limits)
    if (asked.phase.phase !== before) log.info(`hand-over: ${asked.phase.phase}`, { to: buildWords(asked.to), held })
    if (asked.phase.phase !== 'ending') {
      stopTimer = clock.startTimer(asked.phase.leftMs, look)
      return
    }
    asked.answer({ state: 'handed-over' })
    ports.end()
  }

  function begin(to: Build, successor: object, answer: Asked['answer']): void {
    asked?.answer(refusal('a newer build than yours asked as well'))
    // The time that requests are given counts from the first wish.
    const { atMs, wallAtMs, phase } = asked ?? {
      atMs: clock.monotonicMs(),
      wallAtMs: clock.wallMs(),
      phase: { phase: 'waiting', leftMs: limits.waitMs } as const,
    }
    asked = { to, successor, answer, atMs, wallAtMs, phase }
    log.info('hand-over: asked for', { to: buildWords(to), held: ports.countHeld() })
    look()
    if (asked.phase.phase !== 'ending') ports.announce(to)
  }

  return {
    ask: async (to, successor) => {
      if (!isStrictlyNewer(to, build))
        return refusal(`this daemon is of build ${buildWords(build)}, which is not older`)
      if (asked !== undefined && !isStrictlyNewer(to, asked.to)) {
        return refusal(`this daemon hands over to build ${buildWords(asked.to)} already, which is not older`)
      }
      if (asked?.phase.phase === 'ending') return refusal('this daemon ends already; ask the one that follows')
      return new Promise((answer) => begin(to, successor, answer))
    },
    leave: (successor) => {
      if (asked?.successor !== successor || asked.phase.phase === 'ending') return
      stopTimer()
      log.warn('hand-over: the new daemon went away, so this one stays', { to: buildWords(asked.to) })
      asked = undefined
      ports.announce(undefined)
    },
    onChange: look,
    isDraining: () => asked !== undefined && asked.phase.phase !== 'waiting',
    status: () => (asked === undefined ? {} : { handOver: statusOf(asked, limits) }),
    stop: () => {
      if (asked === undefined || asked.phase.phase === 'ending') return
      stopTimer()
      asked.answer(refusal('this daemon was stopped'))
      asked = undefined
    },
  }
}

function statusOf({ to, wallAtMs, phase: { phase } }: Asked, { waitMs, drainMs }: HandOverLimits): HandOverStatus {
  const untilAtMs = phase === 'waiting' ? wallAtMs + waitMs : wallAtMs + waitMs + drainMs
  return { phase, to, sinceAtMs: wallAtMs, untilAtMs }
}

function refusal(reason: string): TakeOverAnswer {
  return { state: 'refused', reason }
}
