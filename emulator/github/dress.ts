import { appObject } from './apps/apps.ts'
import { asGithubWrites } from './wording.ts'
import type { App } from './world/apps.ts'
import type { Answer, Caller, Sent } from './world/requests.ts'
import type { World } from './world/world.ts'

/** Notes who writes and edits comments. */
export function noteComment(world: World, sent: Sent, caller: Caller, given: Answer): void {
  const place = COMMENTS.exec(sent.path)?.groups
  if (!place || given.status >= 300 || given.body === '') return
  const { id } = JSON.parse(given.body)
  const app = caller.kind === 'installation' ? caller.token.installation.app : appOfUser(caller)
  if (sent.method === 'POST' && place.issue !== undefined)
    world.comments.set(id, { createdAt: timeIn(world), ...(app && { app }) })
  if (sent.method === 'PATCH') world.comments.set(id, { ...world.comments.get(id), editedAt: timeIn(world) })
}

/** The answer of the npm package as GitHub gives it: times without fractions, comments with their App. */
export function dressed(world: World, { path }: Pick<Sent, 'path'>, given: Answer): Answer {
  const body = asGithubWrites(world, given.body)
  if (!COMMENTS.test(path) || given.status >= 300 || body === '') return { ...given, body }
  const data: Comment | Comment[] = JSON.parse(body)
  const shown = Array.isArray(data) ? data.map(one => dress(world, one)) : dress(world, data)
  return { ...given, body: JSON.stringify(shown) }
}

// --- internal ---

interface Comment {
  id: number
  created_at: string
}

const COMMENTS = /^\/repos\/[^/]+\/[^/]+\/issues\/(?:(?<issue>\d+)\/comments|comments(?:\/\d+)?)$/

function appOfUser(caller: Caller): App | undefined {
  return caller.kind === 'user' ? caller.token.app : undefined
}

/** One that was never edited is as old as it is; one that was edited at once is a second younger, so that it shows. */
function dress(world: World, comment: Comment): Comment {
  const { app, editedAt, createdAt: created_at = comment.created_at } = world.comments.get(comment.id) ?? {}
  const least = `${new Date(Date.parse(created_at) + 1000).toISOString().slice(0, 19)}Z`
  const updated_at = editedAt === undefined ? created_at : later(editedAt, least)
  const performed_via_github_app = app ? appObject(app) : null
  return { ...comment, created_at, updated_at, performed_via_github_app } as Comment
}

function timeIn(world: World): string {
  return `${new Date(world.now()).toISOString().slice(0, 19)}Z`
}

function later(a: string, b: string): string {
  return a > b ? a : b
}
