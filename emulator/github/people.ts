import { json, refuse } from './answers.ts'
import { askBehind } from './behind.ts'
import type { Routes } from './world/call.ts'
import type { BaseRole, Role } from './world/people.ts'
import type { World } from './world/world.ts'

/** What people may do in a repository. https://docs.github.com/en/rest/collaborators/collaborators */
export const PEOPLE_ROUTES: Routes = {
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': async ({ world, params }) => {
    const repository = `${params.owner}/${params.repo}`
    const login = decodeURIComponent(params.username!)
    const [user, known] = await Promise.all([
      askBehind(world, 'GET', `/users/${encodeURIComponent(login)}`),
      askBehind(world, 'GET', `/repos/${repository}`),
    ])
    if (!user || !known) return refuse(404, `${login} is not a user`)
    const role = roleOf(world, repository, login)
    const base = typeof role === 'object' ? role.base : role
    const name = typeof role === 'object' ? role.name : role
    const id = world.accountsAnew.get(login) ?? user.id
    const may = (least: BaseRole) => base !== 'none' && RANK[base] >= RANK[least]
    const permissions = {
      pull: may('read'),
      triage: may('triage'),
      push: may('write'),
      maintain: may('maintain'),
      admin: may('admin'),
    }
    return json(200, {
      permission: LEGACY[base],
      role_name: name,
      user: { ...user, id, permissions, role_name: name },
    })
  },
}

/** Gives somebody a role in a repository, behind as well, so that they may write there. */
export async function giveRole(world: World, repository: string, login: string, role: Role | 'none') {
  world.roles.set(`${repository} ${login}`, role)
  const base = typeof role === 'object' ? role.base : role
  const at = `/repos/${repository}/collaborators/${login}`
  const token = world.ownersToken(repository.split('/')[0]!)
  if (token === undefined) return
  const response = await fetch(world.upstream.target + at, {
    method: base === 'none' ? 'DELETE' : 'PUT',
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    ...(base !== 'none' && { body: JSON.stringify({ permission: BEHIND[base] }) }),
  })
  if (!response.ok) throw new Error(`role of ${login}: ${response.status} ${await response.text()}`)
}

/** Whether somebody may read a repository; `given`: because they are in it, not because all may. */
export function mayRead(
  world: World,
  repository: string,
  login: string | undefined,
  how: 'given' | 'somehow',
): boolean {
  const role = roleOf(world, repository, login)
  const isForAll = role === 'read' && !world.roles.has(`${repository} ${login}`)
  return role !== 'none' && !(how === 'given' && isForAll)
}

export function mayPush(world: World, repository: string, login: string | undefined): boolean {
  const role = roleOf(world, repository, login)
  const base = typeof role === 'object' ? role.base : role
  return base !== 'none' && RANK[base] >= RANK.write
}

// --- internal ---

const RANK: Record<BaseRole, number> = { read: 1, triage: 2, write: 3, maintain: 4, admin: 5 }
const BEHIND: Record<BaseRole, string> = {
  read: 'pull',
  triage: 'triage',
  write: 'push',
  maintain: 'maintain',
  admin: 'admin',
}

/** The older field knows neither triage nor maintain. */
const LEGACY: Record<BaseRole | 'none', string> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
}

/** Who owns the account may do everything; who has no role sees what is public. */
function roleOf(world: World, repository: string, login: string | undefined): Role | 'none' {
  const given = world.roles.get(`${repository} ${login}`)
  if (given !== undefined) return given
  const [owner = ''] = repository.split('/')
  if (login !== undefined && (login === owner || world.members.get(owner)?.includes(login))) return 'admin'
  return world.upstream.private.has(repository) ? 'none' : 'read'
}
