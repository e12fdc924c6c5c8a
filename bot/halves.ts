import type { SeenBranches } from '../src/commands/bot/branches.ts'
import type { Key } from '../src/commands/bot/keys.ts'
import { githubSignIn } from '../src/forges/github/people/sign-in.ts'
import { gitlabSignIn } from '../src/forges/gitlab/sign-in.ts'
import { FORGE_NAMES, type ForgeName } from '../src/forges/index.ts'
import type { SignIn, SignInOptions } from '../src/forges/sign-in.ts'
import type { Route } from '../src/services/web/server.ts'
import type { Delivered } from './hooks/delivered.ts'
import { githubHook } from './hooks/github.ts'
import { gitlabHook } from './hooks/gitlab.ts'
import { type Seen, seenIds } from './hooks/seen.ts'
import { githubInstallations } from './installations.ts'
import type { HalfSettings } from './settings/halves.ts'
import { tokenWays } from './token-ways.ts'
import type { OpenOptions, Ways } from './way.ts'

/** How people sign in at a forge. */
export interface SignInRow {
  /** Where it begins; the browser comes back to `…/back`. One address a forge, so that no code is taken for another's. */
  path: string
  connect(options: SignInOptions): SignIn
}

/** What every hook is given beside the settings of its half. */
export interface HookOptions {
  /** Milliseconds since the epoch. */
  now: () => number
  add(key: Key): void
  /** Those whose pushes are looked at, beside the default ones. */
  branches: Pick<SeenBranches, 'has'>
  /** What the bot may there is no more what it was. */
  onInstallation(): void
  onDelivery(delivered: Delivered): void
}

/** The routes that the forges deliver to whose half is on. */
export async function hooksOf(settings: Partial<HalfSettings>, options: HookOptions): Promise<Route[]> {
  const routes = await Promise.all(FORGE_NAMES.map(forge => hookOf(forge, settings, options)))
  return routes.filter(route => route !== undefined)
}

/** The ways to the repositories of a forge; undefined where its half is off. */
export function waysTo<Forge extends ForgeName>(
  forge: Forge,
  settings: Partial<HalfSettings>,
  options: OpenOptions,
): Ways | undefined {
  const own: HalfSettings[Forge] | undefined = settings[forge]
  return own && HALVES[forge].ways(own, options)
}

/** Undefined where people cannot sign in. */
export function signInAt(forge: ForgeName): SignInRow | undefined {
  return HALVES[forge].signIn
}

// --- internal ---

interface Half<Own> {
  hook(settings: Own, options: HookOptions & { seen: Seen }): Route | Promise<Route>
  ways(settings: Own, options: OpenOptions): Ways
  /** Absent where people cannot sign in, as in `settings/halves.ts`. */
  signIn?: SignInRow
}

/** A forge as the bot serves it; its settings are a row in `settings/halves.ts`, which loads nothing of this. */
const HALVES: { [Forge in ForgeName]: Half<HalfSettings[Forge]> } = {
  github: {
    hook: ({ secrets }, options) => githubHook({ secrets, ...options }),
    ways: githubInstallations,
    signIn: { path: '/sign-in', connect: githubSignIn },
  },
  gitlab: {
    hook: ({ hooks: secret }, options) => gitlabHook({ secret, ...options }),
    ways: (settings, options) => tokenWays('gitlab', settings, options),
    signIn: { path: '/sign-in/gitlab', connect: gitlabSignIn },
  },
}

async function hookOf<Forge extends ForgeName>(
  forge: Forge,
  settings: Partial<HalfSettings>,
  options: HookOptions,
): Promise<Route | undefined> {
  const own: HalfSettings[Forge] | undefined = settings[forge]
  return own && HALVES[forge].hook(own, { ...options, seen: seenIds() })
}
