import { forwardPlainly } from '../github-gaps.ts'
import { refuse } from './answers.ts'
import { isGranted } from './apps/access.ts'
import { callerOf, personRefusalOf, reaches, refusalOf, userRefusalOf } from './apps/callers.ts'
import { askBehind, carrierOf, tokenOfUser } from './behind.ts'
import { dressed, noteComment } from './dress.ts'
import { mayPush, mayRead } from './people.ts'
import { watchChange } from './pulls/changes.ts'
import { answerHere } from './routes.ts'
import { counted, exhausted } from './traffic.ts'
import { asGithubWrites } from './wording.ts'
import type { Sender } from './world/people.ts'
import type { Answer, Caller, Sent } from './world/requests.ts'
import type { Upstream, World } from './world/world.ts'

/** What GitHub answers: who asks is looked at first, then what it may do; then it is done, and Apps hear of it. */
export async function forward(upstream: Upstream, sent: Sent): Promise<Answer> {
  const { world } = upstream
  if (!world) return forwardPlainly(upstream, sent)
  const caller = callerOf(world, sent)
  if ('status' in caller) return counted(world, sent, { kind: 'nobody' }, caller)
  const given = exhausted(world, sent, caller) ?? (await answer(world, sent, caller))
  return counted(world, sent, caller, given)
}

// --- internal ---

async function answer(world: World, sent: Sent, caller: Caller): Promise<Answer> {
  const refusal = refused(world, sent, caller)
  if (refusal) return refusal
  const sender = () => senderOf(world, sent, caller)
  const here = await answerHere({ world, sent, caller, sender })
  if (here) return withAddress(world, here)
  if (caller.kind === 'app') return refuse(401, 'Bad credentials')
  const told = sent.method === 'GET' ? undefined : await watchChange(world, sent, sender)
  const given = await forwardPlainly(world.upstream, await carried(world, dated(world, sent), caller))
  noteComment(world, sent, caller, given)
  const shown = dressed(world, sent, given)
  if (told && given.status < 300) await told(shown)
  return withAddress(world, shown)
}

function refused(world: World, sent: Sent, caller: Caller): Answer | undefined {
  if (caller.kind === 'installation') return refusalOf(world, caller.token, sent)
  if (caller.kind === 'user') return userRefusalOf(world, caller.token, sent)
  const person = world.upstream.tokens[sent.token]?.login
  return caller.kind === 'app' ? undefined : personRefusalOf(world, person, sent)
}

/**
 * A commit without a date is of now by this clock, as its claims, its hooks and its comments are. Turns are told from one another by it.
 */
function dated(world: World, sent: Sent): Sent {
  if (sent.method !== 'POST' || !/^\/repos\/[^/]+\/[^/]+\/git\/commits$/.test(sent.path)) return sent
  const { author, ...rest } = sent.body as { author?: { date?: string } }
  if (author?.date !== undefined) return sent
  const body = { ...rest, author: { ...author, date: new Date(world.now()).toISOString() } }
  return { ...sent, body, text: JSON.stringify(body) }
}

/** The request as it is made behind: with a token that is known there. */
async function carried(world: World, sent: Sent, caller: Caller): Promise<Sent> {
  if (caller.kind === 'user')
    return { ...sent, token: tokenOfUser(caller.token.login), may: mayOf(world, caller.token.login) }
  if (caller.kind !== 'installation')
    return { ...sent, may: mayOf(world, world.upstream.tokens[sent.token]?.login) }
  const { installation, permissions } = caller.token
  const carrier = () => carrierOf(world, installation.app.id, installation.account)
  const may: Sent['may'] = (repository, permission, level) => {
    const isPublic = !world.upstream.private.has(repository)
    if (isPublic && level === 'read') return 'yes'
    if (!reaches(caller.token, repository)) return isPublic ? 'no' : 'hidden'
    return isGranted(permissions, { permissions: [permission], level }) ? 'yes' : 'no'
  }
  return { ...sent, token: await carrier(), carrier, may }
}

async function senderOf(world: World, sent: Sent, caller: Caller): Promise<Sender> {
  const { [sent.token]: person } = world.upstream.tokens
  const bot = caller.kind === 'installation' ? `${caller.token.installation.app.slug}[bot]` : undefined
  const login = caller.kind === 'user' ? caller.token.login : (bot ?? person?.login)
  return askBehind(world, 'GET', `/users/${encodeURIComponent(login ?? 'ghost')}`)
}

/** What a person may do field by field. */
function mayOf(world: World, login: string | undefined): Sent['may'] {
  return (repository, _, level) => {
    if (!mayRead(world, repository, login, 'somehow')) return 'hidden'
    return level === 'read' || mayPush(world, repository, login) ? 'yes' : 'no'
  }
}

/** Addresses lead back here, not to what lies behind. */
function withAddress(world: World, given: Answer): Answer {
  const { link } = given.headers
  const here = (text: string) => asGithubWrites(world, text)
  return {
    ...given,
    headers: { ...given.headers, ...(link && { link: here(link) }) },
    body: here(given.body),
  }
}
