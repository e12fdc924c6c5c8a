import { emitterEventNames } from '@octokit/webhooks'
import { Probot } from 'probot'
import type { SeenBranches } from '../../src/commands/bot/branches.ts'
import type { Key } from '../../src/commands/bot/keys.ts'
import type { Route, WebAnswer } from '../../src/services/web/server.ts'
import type { Delivered } from './delivered.ts'
import { GITHUB_EVENTS } from './github-events.ts'
import { jsonOf } from './json.ts'
import type { Seen } from './seen.ts'
import { hmac, isOneOf } from './signature.ts'

export interface GithubHookOptions {
  /** One, or while it is exchanged two. */
  secrets: readonly string[]
  add(key: Key): void
  /** Those whose pushes are looked at, beside the default ones. */
  branches: Pick<SeenBranches, 'has'>
  /** Where the App is installed, or what it may there, is no more what it was. */
  onInstallation(): void
  seen: Seen
  onDelivery(delivered: Delivered): void
}

/** As much as GitHub delivers. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const CAP = 25 * 1024 * 1024

/**
 * The route that GitHub delivers to. What has no signature over its very bytes, no name of an event, or not the shape of its
 * event is refused; what is authentic gets 2xx at once, after its keys are in the set.
 */
export async function githubHook(options: GithubHookOptions): Promise<Route> {
  const { secrets, seen, onDelivery } = options
  const probot = await eventsOf(options)
  const refused = (status: 400 | 401): WebAnswer => {
    onDelivery({ forge: 'github', end: 'refused', why: WHY[status] })
    return { status }
  }
  return {
    name: 'github',
    method: 'POST',
    path: '/hooks/github',
    cap: CAP,
    brings: 'work',
    async answer(request) {
      const signature = /^sha256=([0-9a-f]{64})$/.exec(request.header('x-hub-signature-256') ?? '')?.[1]
      const made = secrets.map(secret => hmac(secret, request.body))
      if (signature === undefined || !isOneOf(Buffer.from(signature, 'hex'), made)) return refused(401)
      const event = request.header('x-github-event') ?? ''
      const id = request.header('x-github-delivery') ?? ''
      if (!EVENT_NAMES.has(event) || !DELIVERY.test(id)) return refused(400)
      const json = jsonOf(request.body)
      if (typeof json?.value !== 'object' || json.value === null || Array.isArray(json.value))
        return refused(400)
      if (!isOfInterest(event)) {
        onDelivery({ forge: 'github', event, id, end: 'of no interest' })
        return { status: 202 }
      }
      const taken = GITHUB_EVENTS[event].read(json.value)
      if (!taken) return refused(400)
      const told = { forge: 'github', event, id, ...namesIn(taken.payload) } as const
      if (seen.has(id)) {
        onDelivery({ ...told, end: 'seen' })
        return { status: 202 }
      }
      if (event.startsWith('installation')) options.onInstallation()
      await probot.receive({ id, name: event, payload: taken.payload as never })
      // Only what was put into the set is remembered: what failed may come again under its id.
      seen.add(id)
      onDelivery({ ...told, end: 'taken' })
      return { status: 202 }
    },
  }
}

// --- internal ---

const WHY = {
  400: 'it is not what GitHub delivers',
  401: 'it is not signed with ASSAY_BOT_WEBHOOK_SECRET',
}

/** `pull_request.opened` is one of `pull_request`. */
const EVENT_NAMES = new Set<string>(['ping', ...emitterEventNames.map(name => name.split('.')[0]!)])
const DELIVERY = /^[0-9a-f-]{8,64}$/i

function isOfInterest(event: string): event is keyof typeof GITHUB_EVENTS {
  return Object.hasOwn(GITHUB_EVENTS, event)
}

/** Names for the log, as the schema let them through. */
function namesIn(payload: unknown): Pick<Delivered, 'action' | 'repository'> {
  const { action, repository } = payload as { action?: string; repository?: { full_name: string } }
  const known = action !== undefined && /^[a-z_]{1,40}$/.test(action)
  return { ...(known && { action }), ...(repository && { repository: repository.full_name }) }
}

/**
 * Probot for what it is good at: who listens to which event. It is given no key, so its clients can do nothing; payloads come to
 * it without anything but what a row of `GITHUB_EVENTS` names; its log is thrown away, for it would hold them.
 */
async function eventsOf({ add, branches }: GithubHookOptions): Promise<Probot> {
  const probot = new Probot({
    githubToken: 'none',
    secret: 'not used: signatures are checked before',
    log: SILENT,
  })
  await probot.load(app => {
    for (const name of Object.keys(GITHUB_EVENTS).filter(isOfInterest))
      app.on(name, ({ payload }) => {
        for (const key of GITHUB_EVENTS[name].read(payload)?.keys(branches) ?? []) add(key)
      })
  })
  return probot
}

const nothing = () => {}
const SILENT = {
  level: 'silent',
  child: () => SILENT,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
} as never
