import { CHAMPION_RIGHTS } from '../../src/commands/bot/champion.ts'
import { RETRAIN_RIGHTS } from '../../src/commands/bot/comments/retrain.ts'
import { REWEIGH_RIGHTS } from '../../src/commands/bot/comments/reweigh.ts'
import { WAIVE_RIGHTS } from '../../src/commands/bot/comments/waive.ts'
import type { Kind } from '../../src/commands/bot/keys.ts'
import { LOOKS } from '../../src/commands/bot/looks/look-table.ts'
import { TELL_RIGHTS } from '../../src/commands/bot/model-forges.ts'
import { OVERVIEW_RIGHTS } from '../../src/commands/bot/page/overview.ts'
import type { Permissions, Rights } from '../../src/commands/bot/world.ts'
import { GITHUB_EVENTS } from '../hooks/github-events.ts'

/** What the looks are for, in the words of docs/bot.md. */
const LOOK_WORDS: Record<Kind, string> = {
  promotion: 'promotions',
  run: 'reports',
  runs: 'reports',
  head: 'reports',
  comment: 'commands',
  alert: 'alerts',
  alerts: 'alerts',
  retraining: 'retrainings that were begun',
  retrainings: 'retrainings that were begun',
}

/** What the bot does, and what it asks for there. All of it together is what the App may. */
export const FEATURES: Readonly<Record<string, Rights>> = {
  ...Object.fromEntries(kinds().map(kind => [LOOK_WORDS[kind], LOOKS[kind].rights])),
  'comments on what went live': TELL_RIGHTS,
  waivers: WAIVE_RIGHTS,
  '`retrain`': RETRAIN_RIGHTS,
  '`reweigh`': REWEIGH_RIGHTS,
  'what a retraining is against': CHAMPION_RIGHTS,
  'the page': OVERVIEW_RIGHTS,
}

type Level = 'read' | 'write'

/** A permission of the App, and what asks for it: what needs it does nothing without, the others leave something out. */
export interface PermissionRow {
  permission: string
  /** The highest that some feature asks for. */
  level: Level
  features: { feature: string; level: Level; needed: boolean }[]
}

/** Every permission that some feature asks for. */
export function permissionRows(): PermissionRow[] {
  const asked = Object.entries(FEATURES).flatMap(([feature, { needs, uses = {} }]) => [
    ...Object.entries(needs).map(([permission, level]) => ({ feature, permission, level, needed: true })),
    ...Object.entries(uses).map(([permission, level]) => ({ feature, permission, level, needed: false })),
  ])
  return [...Map.groupBy(asked, ({ permission }) => permission)]
    .map(([permission, features]): PermissionRow => {
      const level = features.some(one => one.level === 'write') ? 'write' : 'read'
      return { permission, level, features }
    })
    .sort((one, other) => (one.permission < other.permission ? -1 : 1))
}

export function appPermissions(): Permissions {
  return Object.fromEntries(permissionRows().map(({ permission, level }) => [permission, level]))
}

/** Events that the App has to be subscribed to; those of its installations come by themselves. */
export function appEvents(): string[] {
  return Object.keys(GITHUB_EVENTS).filter(event => !event.startsWith('installation'))
}

/** A GitHub App as GitHub is asked to make it. https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest */
export interface Manifest {
  name: string
  url: string
  description: string
  public: false
  hook_attributes: { url: string; active: true }
  /** Where the browser comes back to with the code. */
  redirect_url: string
  /** Where people come back to who sign in to the page. */
  callback_urls: string[]
  default_permissions: Permissions
  default_events: string[]
}

/** @param url where the bot will be reached, without a path; `back` on this machine */
export function appManifest({ name, url, back }: { name: string; url: string; back: string }): Manifest {
  return {
    name,
    url,
    description: 'Weighs models in pull requests, and moves them to production by merge.',
    public: false,
    hook_attributes: { url: `${url}/hooks/github`, active: true },
    redirect_url: back,
    callback_urls: [`${url}/sign-in/back`],
    default_permissions: appPermissions(),
    default_events: appEvents(),
  }
}

// --- internal ---

function kinds(): Kind[] {
  return Object.keys(LOOK_WORDS) as Kind[]
}
