import { installationObject } from './apps/apps.ts'
import { askBehind } from './behind.ts'
import { tell } from './hooks/deliveries.ts'
import { giveRole } from './people.ts'
import { type Hook, type Installation, type InstallationSeed, installationOf } from './world/apps.ts'
import type { Role } from './world/people.ts'
import type { World } from './world/world.ts'

/** What people do in the settings of GitHub: Apps are installed, suspended, given more or less. Each is told to the App. */
export interface Control {
  /** Where an App hears of events from now on. */
  hook(slug: string, hook: Hook): void
  install(slug: string, seed: InstallationSeed): Promise<void>
  uninstall(id: number): Promise<void>
  suspend(id: number): Promise<void>
  unsuspend(id: number): Promise<void>
  /** What the owner of the account accepts: permissions that are not named are gone. */
  grant(id: number, permissions: Installation['permissions']): Promise<void>
  /** What somebody may do in a repository from now on. */
  role(repository: string, login: string, role: Role | 'none'): Promise<void>
  /** Who sits at the browser from now on, and may say no to Apps. */
  browse(login: string, denies?: boolean): void
  /** The login belongs to another account from now on: what was written under it before was somebody else. */
  takeOver(login: string): void
  /** Full names of all repositories that an installation has from now on. */
  select(id: number, repositories: string[]): Promise<void>
}

export function controlOf(world: World): Control {
  const found = (id: number): Installation => {
    const installation = world.installations.find(one => one.id === id)
    if (!installation) throw new Error(`no installation ${id}`)
    return installation
  }
  const told = async (one: Installation, action: string, more: Record<string, unknown> = {}) => {
    const repositories = await Promise.all(named(world, one).map(name => brief(world, name)))
    await tellInstallation(world, one, 'installation', action, { repositories, ...more })
  }
  return {
    hook: (slug, hook) => {
      appNamed(world, slug).hook = hook
    },
    async install(slug, seed) {
      const one = installationOf(appNamed(world, slug), seed)
      world.installations.push(one)
      await told(one, 'created')
    },
    async uninstall(id) {
      const one = found(id)
      world.installations.splice(world.installations.indexOf(one), 1)
      for (const [token, { installation }] of world.tokens)
        if (installation === one) world.tokens.delete(token)
      await told(one, 'deleted')
    },
    async suspend(id) {
      found(id).suspendedAt = new Date().toISOString()
      await told(found(id), 'suspend')
    },
    async unsuspend(id) {
      delete found(id).suspendedAt
      await told(found(id), 'unsuspend')
    },
    async grant(id, permissions) {
      const one = found(id)
      one.permissions = { metadata: 'read', ...permissions }
      await told(one, 'new_permissions_accepted')
    },
    role: (repository, login, role) => giveRole(world, repository, login, role),
    browse(login, denies = false) {
      world.browser = { login, denies }
    },
    takeOver(login) {
      world.accountsAnew.set(login, 1_000_000 + world.accountsAnew.size)
    },
    async select(id, repositories) {
      const one = found(id)
      const before = named(world, one)
      one.repositories = repositories
      const added = repositories.filter(name => !before.includes(name))
      const removed = before.filter(name => !repositories.includes(name))
      const briefs = (names: string[]) => Promise.all(names.map(name => brief(world, name)))
      for (const [action, names] of [
        ['added', added],
        ['removed', removed],
      ] as const)
        if (names.length > 0)
          await tellInstallation(world, one, 'installation_repositories', action, {
            repository_selection: 'selected',
            repositories_added: action === 'added' ? await briefs(added) : [],
            repositories_removed: action === 'removed' ? await briefs(removed) : [],
          })
    },
  }
}

// --- internal ---

function appNamed(world: World, slug: string) {
  const app = world.apps.find(one => one.slug === slug)
  if (!app) throw new Error(`no App ${slug}`)
  return app
}

function named(world: World, { account, repositories }: Installation): string[] {
  return repositories === 'all'
    ? world.repositories.filter(name => name.split('/')[0] === account)
    : repositories
}

async function brief(world: World, name: string) {
  const { id, node_id, full_name, private: hidden, ...rest } = await askBehind(world, 'GET', `/repos/${name}`)
  return { id, node_id, name: rest.name, full_name, private: hidden }
}

async function tellInstallation(
  world: World,
  one: Installation,
  event: string,
  action: string,
  more: Record<string, unknown>,
): Promise<void> {
  const installation = await installationObject(world, one)
  const payload = { action, installation, ...more, requester: null, sender: installation.account }
  tell(world, { event, installation: one, payload })
}
