import { mayCommand, type OwnerFacts, type RightsFacts } from '../../../core/chatops/rights.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import { unknownEnvironment } from '../../command/unknown-name.ts'
import { checkReached, keyAt, openSites } from '../../deploy/read/sites.ts'
import { placesOf } from '../../deploy/read/state.ts'
import type { Asked } from './commanded.ts'
import { isAmong, ownersAt } from './owners.ts'
import type { CommandScope } from './scope.ts'

/** What the forge says of the author, and whom the deploy repository names for the environment. */
export async function rightsOf(
  { access, deploy, model }: CommandScope,
  { key, command, written }: Asked,
): Promise<RightsFacts> {
  const { author } = written
  const { people } = access
  // Who cannot be asked lets nobody.
  if (!people) return { command, author }
  const facts = { command, author, deploy: await people.rightOf(author) }
  const { environment } = command
  // Who may not is told nothing of the deploy repository.
  if (environment === undefined || !mayCommand(facts).may) return facts
  const sites = await openSites({ access, deploy }, { mayLack: 'any' })
  const [home] = sites
  checkReached(home, environment)
  const places = placesOf(home.config, model)
  const place = places.find(one => one.environment.name === environment)
  if (!place)
    throw unknownEnvironment(
      environment,
      places.map(one => one.environment.name),
    )
  const at = keyAt(home, place.environment)
  const site = sites.find(one => one.key === at)!
  // Whoever may write where the configuration stands may not everywhere.
  if (site.access.people !== people) {
    const right = await site.access.people?.rightOf(author)
    const there = { command, author, ...(right && { deploy: right }) }
    if (!mayCommand(there).may) return there
  }
  const owners = await ownersAt(
    key.repository.forge,
    site.access.repository,
    site.head.commit,
    place.recordFile,
  )
  const { reviewers } = place.environment
  if (reviewers.length === 0 && owners === undefined) return facts
  const all = [...new Set([...reviewers, ...(owners ?? [])])]
  return { ...facts, named: { people: all, isAmong: await isAmong(people, all, author) } }
}

/** What the repository of the model says of the author, and whom it names for the gates in a commit of its default branch. */
export async function ownerFacts(
  { people, repository }: Pick<RepositoryConnection, 'people' | 'repository'>,
  { key, written: { author } }: Pick<Asked, 'key' | 'written'>,
  commit: string,
): Promise<OwnerFacts> {
  // Who cannot be asked lets nobody.
  if (!people) return { author, here: { kind: 'unknown', why: 'nobody can tell who may do what here' } }
  const facts = { author, here: await people.rightOf(author) }
  const owners = await ownersAt(key.repository.forge, repository, commit, CONFIG_FILE)
  if (owners === undefined) return facts
  return { ...facts, owners: { people: owners, isAmong: await isAmong(people, owners, author) } }
}
