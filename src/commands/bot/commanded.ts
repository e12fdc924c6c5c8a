import type { ChatCommand } from '../../core/chatops/grammar.ts'
import type { SeenPullRequest, Written } from '../../forges/people.ts'
import type { CommentKey } from './keys.ts'
import type { RepositoryAccess } from './world.ts'

/** A command with all that its answer depends on. */
export interface Commanded {
  key: CommentKey
  access: RepositoryAccess
  written: Written
  pull: SeenPullRequest
  command: ChatCommand
}
