import type { SeenBranches } from '../../src/commands/bot/branches.ts'
import type { Key } from '../../src/commands/bot/keys.ts'
import type { Route, WebAnswer, WebRequest } from '../../src/services/web/server.ts'
import type { GitlabHookSecret } from '../settings/gitlab.ts'
import type { Delivered } from './delivered.ts'
import { GITLAB_EVENTS } from './gitlab-events.ts'
import { jsonOf } from './json.ts'
import type { Seen } from './seen.ts'
import { hmac, isOneOf, isSame } from './signature.ts'

export interface GitlabHookOptions {
  secret: GitlabHookSecret
  /** Milliseconds since the epoch. */
  now: () => number
  add(key: Key): void
  /** Those whose pushes are looked at, beside the default ones. */
  branches: Pick<SeenBranches, 'has'>
  seen: Seen
  onDelivery(delivered: Delivered): void
}

/** As much as GitLab sends by default. https://docs.gitlab.com/administration/instance_limits/#webhook-limits */
const CAP = 25 * 1024 * 1024

/**
 * The route that GitLab's hooks go to. Whatever is authentic gets 2xx, also what nobody asked for and what is not understood: after
 * four refusals in a row GitLab switches a hook off, after forty for good.
 * https://docs.gitlab.com/user/project/integrations/webhooks/#auto-disabled-webhooks
 */
export function gitlabHook({ secret, now, add, branches, seen, onDelivery }: GitlabHookOptions): Route {
  const ended = (end: Delivered['end'], told: Partial<Delivered> = {}): WebAnswer => {
    onDelivery({ forge: 'gitlab', ...told, end })
    return { status: end === 'refused' ? 401 : 202 }
  }
  return {
    name: 'gitlab',
    method: 'POST',
    path: '/hooks/gitlab',
    cap: CAP,
    brings: 'work',
    answer(request) {
      const isOwn =
        'signing' in secret ? isSigned(request, secret.signing, now()) : hasToken(request, secret.token)
      if (!isOwn) return ended('refused', { why: 'signing' in secret ? UNSIGNED : NO_TOKEN })
      const payload = jsonOf(request.body)?.value
      const event = kindOf(payload)
      if (event === undefined) return ended('of no interest')
      const taken = GITLAB_EVENTS[event].read(payload)
      if (!taken) return ended('of no interest', { event })
      const id = idOf(request)
      const told = { event, repository: taken.repository, ...(id && { id }) }
      if (id !== undefined && seen.has(id)) return ended('seen', told)
      for (const key of taken.keys(branches)) add(key)
      if (id !== undefined) seen.add(id)
      return ended('taken', told)
    },
  }
}

// --- internal ---

const UNSIGNED = 'it was not signed with ASSAY_BOT_GITLAB_SIGNING_TOKEN in the last five minutes'
const NO_TOKEN = 'its secret token is not ASSAY_BOT_GITLAB_HOOK_TOKEN'
/** Milliseconds that a signature is good for, before and after. */
const CLOCKS_DIFFER = 300_000
/** While a key is exchanged there are two. */
const MOST_SIGNATURES = 10

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function isSigned(request: WebRequest, key: Buffer, now: number): boolean {
  const id = request.header('webhook-id') ?? ''
  const timestamp = request.header('webhook-timestamp') ?? ''
  if (!ID.test(id) || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now - Number(timestamp) * 1000) > CLOCKS_DIFFER) return false
  const made = hmac(key, `${id}.${timestamp}.`, request.body)
  const given = (request.header('webhook-signature') ?? '').split(' ').slice(0, MOST_SIGNATURES)
  return given
    .map(one => /^v1,([A-Za-z0-9+/]{43}=)$/.exec(one)?.[1])
    .map(one => one !== undefined && isOneOf(Buffer.from(one, 'base64'), [made]))
    .includes(true)
}

function hasToken(request: WebRequest, token: string): boolean {
  const given = request.header('x-gitlab-token')
  return given !== undefined && isSame(given, token)
}

const ID = /^[\w.:-]{1,128}$/

/** The same for every try to deliver one event. */
function idOf(request: WebRequest): string | undefined {
  return ['webhook-id', 'idempotency-key']
    .map(name => request.header(name))
    .find(id => id !== undefined && ID.test(id))
}

function kindOf(payload: unknown): keyof typeof GITLAB_EVENTS | undefined {
  if (typeof payload !== 'object' || payload === null || !('object_kind' in payload)) return undefined
  const { object_kind: kind } = payload
  if (typeof kind !== 'string' || !Object.hasOwn(GITLAB_EVENTS, kind)) return undefined
  return kind as keyof typeof GITLAB_EVENTS
}
