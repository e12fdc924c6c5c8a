import { ownersOf } from '../../../core/chatops/owners.ts'
import { type Commenter, mayCommand, type RightsFacts } from '../../../core/chatops/rights.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { FORGES, type ForgeName } from '../../../forges/index.ts'
import type { People } from '../../../forges/people.ts'
import { unknownEnvironment } from '../../command/unknown-name.ts'
import { placesOf, readDeploy } from '../../deploy/read/state.ts'
import type { Asked } from './commanded.ts'
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
  const { head, config } = await readDeploy(access.repository, deploy.branch)
  const places = placesOf(config, model)
  const place = places.find(one => one.environment.name === environment)
  if (!place)
    throw unknownEnvironment(
      environment,
      places.map(one => one.environment.name),
    )
  const owners = await ownersAt(key.repository.forge, access.repository, head.commit, place.recordFile)
  const { reviewers } = place.environment
  if (reviewers.length === 0 && owners === undefined) return facts
  const all = [...new Set([...reviewers, ...(owners ?? [])])]
  return { ...facts, named: { people: all, isAmong: await isAmong(people, all, author) } }
}

/** Owners of a file by what `CODEOWNERS` says in a commit, where its forge looks for it; undefined where it says nothing. */
export async function ownersAt(
  forge: ForgeName,
  repository: DeployRepository,
  commit: string,
  path: string,
): Promise<string[] | undefined> {
  const { codeowners } = FORGES[forge]
  const texts = await repository.readFiles(commit, codeowners)
  const text = codeowners.map(one => texts.get(one)).find(one => one !== undefined)
  return text === undefined ? undefined : ownersOf(text, path)
}

/** Whether somebody is one of them, by name or in a team. */
export async function isAmong(
  people: People,
  named: readonly string[],
  who: Commenter,
): Promise<boolean | { why: string }> {
  if (named.some(name => name.toLowerCase() === who.login.toLowerCase())) return true
  let unknown: { why: string } | undefined
  for (const team of named.filter(name => name.includes('/')).slice(0, 10)) {
    const member = await people.isMember(team, who)
    if (member === true) return true
    if (typeof member === 'object') unknown ??= member
  }
  return unknown ?? false
}
