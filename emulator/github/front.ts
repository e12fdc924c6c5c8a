import type { Answer, Sent, Upstream } from '../github-gaps.ts'
import { forwardPlainly } from '../github-gaps.ts'
import { isGranted } from './access.ts'
import { refuse } from './answers.ts'
import { askBehind, carrierOf } from './behind.ts'
import type { Sender } from './branches.ts'
import { type Caller, callerOf, reaches, refusalOf } from './callers.ts'
import { watchChange } from './changes.ts'
import { answerHere } from './routes.ts'
import { counted } from './traffic.ts'
import type { World } from './world.ts'

/** What GitHub answers: who asks is looked at first, then what it may do; then it is done, and Apps hear of it. */
export async function forward(upstream: Upstream, sent: Sent): Promise<Answer> {
  const { world } = upstream
  if (!world) return forwardPlainly(upstream, sent)
  const caller = callerOf(world, sent)
  if ('status' in caller) return counted(world, sent, { kind: 'nobody' }, caller)
  return counted(world, sent, caller, await answer(world, sent, caller))
}

// --- internal ---

async function answer(world: World, sent: Sent, caller: Caller): Promise<Answer> {
  const refusal = caller.kind === 'installation' ? refusalOf(world, caller.token, sent) : undefined
  if (refusal) return refusal
  const sender = () => senderOf(world, sent, caller)
  const here = await answerHere({ world, sent, caller, sender })
  if (here) return withAddress(world, here)
  if (caller.kind === 'app') return refuse(401, 'Bad credentials')
  const told = sent.method === 'GET' ? undefined : await watchChange(world, sent, sender)
  const given = await forwardPlainly(world.upstream, await carried(world, sent, caller))
  if (told && given.status < 300) await told(given)
  return withAddress(world, given)
}

/** The request as it is made behind: with a token that is known there. */
async function carried(world: World, sent: Sent, caller: Caller): Promise<Sent> {
  if (caller.kind !== 'installation') return sent
  const { installation, permissions } = caller.token
  const { app, account } = installation
  const token = await carrierOf(world, app.id, account)
  world.upstream.tokens[token] = { app: app.slug, appId: app.id }
  const may: Sent['may'] = (repository, permission, level) => {
    const isPublic = !world.upstream.private.has(repository)
    if (isPublic && level === 'read') return 'yes'
    if (!reaches(caller.token, repository)) return isPublic ? 'no' : 'hidden'
    return isGranted(permissions, { permissions: [permission], level }) ? 'yes' : 'no'
  }
  return { ...sent, token, may }
}

async function senderOf(world: World, sent: Sent, caller: Caller): Promise<Sender> {
  const login =
    caller.kind === 'installation'
      ? `${caller.token.installation.app.slug}[bot]`
      : world.upstream.tokens[sent.token]?.login
  return askBehind(world, 'GET', `/users/${encodeURIComponent(login ?? 'ghost')}`)
}

/** Addresses lead back here, not to what lies behind. */
function withAddress(world: World, given: Answer): Answer {
  const { link } = given.headers
  const here = (text: string) => text.replaceAll(world.upstream.target, world.url)
  return {
    ...given,
    headers: { ...given.headers, ...(link && { link: here(link) }) },
    body: here(given.body),
  }
}
