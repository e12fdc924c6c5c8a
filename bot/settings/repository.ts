import type { RepositoryName } from '../../src/commands/bot/keys.ts'
import { FORGE_NAMES, type ForgeName, USUAL_FORGE } from '../../src/forges/index.ts'
import type { HalfSettings } from './halves.ts'

/** As a setting names a repository: `owner/name`, with `gitlab:` before it where the bot serves both forges. A pattern's source. */
export const REPOSITORY = `(?:(?<forge>${FORGE_NAMES.join('|')}):)?(?<name>[\\w.-]+(?:/[\\w.-]+)+)`

/** Where a forge is not named it is the one that the bot serves. */
export function repositoryOf(
  { forge, name }: { forge?: ForgeName; name: string },
  halves: Partial<HalfSettings>,
): RepositoryName {
  const served = FORGE_NAMES.filter(one => halves[one])
  return { forge: forge ?? (served.length === 1 ? served[0]! : USUAL_FORGE), name }
}
