import type { CommandName, CommandOf } from '../../../core/chatops/grammar.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import type { SeenPullRequest, Written } from '../../../forges/people.ts'
import type { CommentKey } from '../keys.ts'

/** A command of any kind with all that its answer depends on. */
export interface Asked {
  key: CommentKey
  access: RepositoryConnection
  written: Written
  pull: SeenPullRequest
  command: { name: CommandName; model?: string; environment?: string }
}

export interface Commanded<N extends CommandName = CommandName> extends Asked {
  command: CommandOf<N>
}

/** It cannot be said yet what becomes of it: it is looked at again at a time in milliseconds, and answered then. */
export interface Later {
  kind: 'later'
  at: number
}
