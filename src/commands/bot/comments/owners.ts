import { ownersOf } from '../../../core/chatops/owners.ts'
import type { Commenter } from '../../../core/chatops/rights.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { FORGES, type ForgeName } from '../../../forges/index.ts'
import type { People } from '../../../forges/people.ts'

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
