import type { RepositoryConnection } from '../../forges/connection.ts'
import type { World } from '../command/context.ts'
import type { Alert } from './alert.ts'
import type { AlertKey, RepositoryName } from './keys.ts'

/** What the face of the bot hands to a look: the world, made once. There is no folder in it, and nothing is run. */
export interface BotWorld extends World {
  /**
   * The way to a repository with a token for it alone, and for what the look needs.
   *
   * @throws AssayError `BOT_NOT_INSTALLED`, `BOT_SUSPENDED`, `BOT_NO_PERMISSION` naming what is missing; those of the forge
   */
  open(repository: RepositoryName, rights: Rights): Promise<RepositoryConnection>
  /** What was told of a model since the process began, the last of each alert. */
  alerts?(key: AlertKey): readonly Alert[]
}

/** Permissions by the names that forges' apps have for them. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>

/** What a look asks for. */
export interface Rights {
  /** Without one of these it cannot look at all. */
  needs: Permissions
  /** Taken where they are granted; what they are for is left out where not. */
  uses?: Permissions
}
