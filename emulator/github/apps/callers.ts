import { NOT_ACCESSIBLE, refuse } from '../answers.ts'
import { mayPush, mayRead } from '../people.ts'
import { covers, type InstallationToken } from '../world/apps.ts'
import type { UserToken } from '../world/people.ts'
import type { Answer, Caller, Sent } from '../world/requests.ts'
import type { World } from '../world/world.ts'
import { acceptedHeader, accessFor, isGranted } from './access.ts'
import { appOfAssertion } from './assertion.ts'

/** What only those may write who may push. */
const PUSHES = ['actions', 'contents', 'deployments', 'statuses']

/** Who a request comes from, or the answer to what GitHub would not let in. */
export function callerOf(world: World, { token }: Sent): Caller | Answer {
  if (token === '') return { kind: 'nobody' }
  if (token.startsWith('eyJ')) {
    const app = appOfAssertion(world.apps, token, Date.now() / 1000)
    return 'slug' in app ? { kind: 'app', app } : refuse(app.status, app.message)
  }
  const known = world.tokens.get(token)
  if (known) {
    if (known.expiresAt <= Date.now()) return refuse(401, 'Bad credentials')
    if (known.installation.suspendedAt) return refuse(403, 'This installation has been suspended')
    return { kind: 'installation', token: known }
  }
  const user = world.userTokens.get(token)
  if (user)
    return user.expiresAt > Date.now() ? { kind: 'user', token: user } : refuse(401, 'Bad credentials')
  const isKnown = Object.hasOwn(world.upstream.tokens, token)
  return isKnown ? { kind: 'person' } : refuse(401, 'Bad credentials')
}

/** The repository that a path is about. */
export function repositoryOf(path: string): string | undefined {
  return /^\/repos\/([^/]+\/[^/]+)/.exec(path)?.[1]
}

/** Whether a token was made for a repository that its installation has. */
export function reaches({ installation, repositories }: InstallationToken, repository: string): boolean {
  return covers(installation, repository) && (repositories?.includes(repository) ?? true)
}

/** What GitHub answers a person who may not see a repository, or may only read it; undefined where all is well. */
export function personRefusalOf(
  world: World,
  login: string | undefined,
  { method, path }: Sent,
): Answer | undefined {
  const repository = repositoryOf(path)
  if (repository === undefined || !world.repositories.includes(repository)) return undefined
  if (!mayRead(world, repository, login, 'somehow')) return refuse(404, 'Not Found')
  const access = accessFor(method, path)
  const isPush =
    typeof access === 'object' && access.level === 'write' && PUSHES.includes(access.permissions[0]!)
  if (!isPush || mayPush(world, repository, login)) return undefined
  return refuse(403, 'Must have push access to repository')
}

/** What GitHub answers a person who comes by way of an App, where the person or the App may not; undefined where both may. */
export function userRefusalOf(world: World, token: UserToken, { method, path }: Sent): Answer | undefined {
  const repository = repositoryOf(path)
  if (repository === undefined) return undefined
  const isPublic = !world.upstream.private.has(repository)
  const installation = world.installations.find(one => one.app === token.app && covers(one, repository))
  const isSeen = isPublic || (installation && mayRead(world, repository, token.login, 'somehow'))
  if (!isSeen) return refuse(404, 'Not Found')
  const access = accessFor(method, path)
  if (access === 'none' || (isPublic && access?.level === 'read')) return undefined
  if (access && installation && isGranted(installation.permissions, access)) return undefined
  return refuse(403, NOT_ACCESSIBLE)
}

/** What GitHub answers an installation's token that may not do something; undefined where it may. */
export function refusalOf(
  world: World,
  token: InstallationToken,
  { method, path }: Sent,
): Answer | undefined {
  // GraphQL answers 200 and refuses field by field.
  if (path === '/graphql') return undefined
  const access = accessFor(method, path)
  if (access === 'none') return undefined
  if (!access)
    return refuse(403, `${NOT_ACCESSIBLE} (${method} ${path} has no row in the table of permissions)`)
  const repository = repositoryOf(path)
  const isPublic = repository !== undefined && !world.upstream.private.has(repository)
  // "These permissions are required to access private resources."
  if (isPublic && access.level === 'read') return undefined
  if (repository !== undefined && !isPublic && !reaches(token, repository)) return refuse(404, 'Not Found')
  const inReach = repository === undefined || reaches(token, repository)
  if (inReach && isGranted(token.permissions, access)) return undefined
  return refuse(403, NOT_ACCESSIBLE, { 'x-accepted-github-permissions': acceptedHeader(access) })
}
