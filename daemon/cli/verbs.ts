/** All verbs of the command line, in the order in which help lists them. */
import type { Verb } from './verb.ts'
import { budgets } from './verbs/budgets.ts'
import { daemon } from './verbs/daemon.ts'
import { demo } from './verbs/demo.ts'
import { doctor } from './verbs/doctor.ts'
import { endpoints } from './verbs/endpoints.ts'
import { explain } from './verbs/explain.ts'
import { log } from './verbs/log.ts'
import { models } from './verbs/models.ts'
import { profiles } from './verbs/profiles.ts'
import { providers } from './verbs/providers.ts'
import { run } from './verbs/run.ts'
import { start } from './verbs/start.ts'
import { stats } from './verbs/stats.ts'
import { status } from './verbs/status.ts'
import { stop } from './verbs/stop.ts'

export const verbs: readonly Verb[] = [
  run,
  profiles,
  stats,
  budgets,
  log,
  explain,
  models,
  endpoints,
  providers,
  status,
  doctor,
  start,
  stop,
  demo,
  daemon,
]
