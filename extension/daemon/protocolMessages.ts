/**
 * The messages that the extension sends and hears, by the name of their constant in `shared/protocol`. Loading this
 * file loads zod and every schema (10 ms and more): it is imported for its type alone, except by `dialDaemon.ts`, which is
 * itself loaded on first use.
 */
import { chat, chatAttach, chatParts, requestEnded } from '../../shared/protocol/chat.ts'
import { feedback } from '../../shared/protocol/feedback.ts'
import { environmentSet } from '../../shared/protocol/hello.ts'
import { journal } from '../../shared/protocol/journal.ts'
import { keysSet } from '../../shared/protocol/keys.ts'
import { notice } from '../../shared/protocol/notice.ts'
import { profiles, profilesChanged, profilesSet } from '../../shared/protocol/profiles.ts'
import { prompts } from '../../shared/protocol/prompts.ts'
import { providersAdd } from '../../shared/protocol/providers.ts'
import { shutdown } from '../../shared/protocol/shutdown.ts'
import { stats } from '../../shared/protocol/stats.ts'
import { configChanged, status } from '../../shared/protocol/status.ts'

export const requestTypes = {
  chat,
  chatAttach,
  environmentSet,
  feedback,
  journal,
  keysSet,
  profiles,
  profilesSet,
  prompts,
  providersAdd,
  shutdown,
  stats,
  status,
} as const

export const notificationTypes = { chatParts, configChanged, notice, profilesChanged, requestEnded } as const
