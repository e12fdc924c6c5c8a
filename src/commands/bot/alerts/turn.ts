import { alertMarker } from '../../../core/alerts/issue.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { type Turn, takeTurn } from '../../../forges/ensure/turn.ts'
import type { AlertKey } from '../keys.ts'
import type { BotWorld } from '../world.ts'

/** One process at a time writes the issue of an alert. @returns undefined where another does */
export async function turnOf(
  world: BotWorld,
  { claims, repository, defaultBranch }: RepositoryConnection,
  key: AlertKey,
): Promise<Turn | undefined> {
  // Where nothing can be claimed, one process is all there is.
  if (!claims) return { end: async () => {}, isOurs: () => true }
  const branch = await defaultBranch()
  const head = await repository.readHead(branch, CONFIG_FILE)
  if (!head) return undefined
  return takeTurn(claims, { name: alertMarker(key), commit: head.head.commit, now: world.now() })
}
