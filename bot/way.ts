import type { Priority } from '../src/commands/bot/look.ts'
import type { Rights } from '../src/commands/bot/world.ts'
import { AssayError, type Problem } from '../src/core/errors/errors.ts'
import type { RepositoryConnection } from '../src/forges/connection.ts'
import type { Safety } from '../src/forges/http/safe-calls.ts'
import type { WrongSetting } from './heal/app-settings.ts'
import type { DeliveryLog } from './heal/redeliveries.ts'
import type { Surveyor } from './heal/surveys.ts'

/** The ways to the repositories of one forge, by their names. */
export interface Ways {
  open(name: string, rights: Rights, priority: Priority): Promise<RepositoryConnection>
  /** What is known of a repository may be so no more: a look at it failed. */
  forget(name: string): void
  forgetAll(): void
  /** Absent where nothing is kept that could be told once more. */
  deliveries?: DeliveryLog
  survey: Surveyor['survey']
  /** What of the settings at the forge keeps the bot from its work; absent where nobody can tell. */
  wrongSettings?(): Promise<WrongSetting[]>
}

export interface OpenOptions {
  env: Readonly<Record<string, string | undefined>>
  now: () => number
  safety?: Safety
  /** Says what a person should know. */
  warn(text: string): void
  /** How calls for a repository wait for their turn. */
  queueOf(name: string, priority: Priority): NonNullable<Safety['pace']>
}

export function notInstalled(what: string, fix: string): AssayError {
  return botRefused('BOT_NOT_INSTALLED', [{ what, fix }])
}

export function botRefused(code: string, problems: Problem[]): AssayError {
  return new AssayError({ code, title: 'The bot cannot work on this repository', problems })
}
