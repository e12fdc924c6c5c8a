import { unless } from '../../expected-failures.ts'
import type { HookState } from '../../hooks.ts'
import type { GitlabClient } from '../client.ts'
import { PAGE_SIZE, pageOf } from '../convert.ts'

/**
 * How the hooks stand that call the bot: those of the groups that a project lies in first, which tell of all projects below. Hooks of
 * a project takes the role Maintainer to see, those of a group Owner. https://docs.gitlab.com/api/project_webhooks/
 */
export function gitlabHooks(
  { api }: Pick<GitlabClient, 'api'>,
  now: () => number,
): (repositories: readonly string[]) => Promise<HookState[]> {
  /** Where the account may see none, and since when that is known: a role is not given every hour. */
  const hidden = new Map<string, number>()

  async function read(place: string, kind: 'groups' | 'projects'): Promise<Hook[] | undefined> {
    if (now() - (hidden.get(place) ?? -Infinity) < DAY_MS) return undefined
    const asked = { perPage: PAGE_SIZE, page: 1, showExpanded: true } as object
    const of = kind === 'groups' ? api.GroupHooks : api.ProjectHooks
    const listed = await unless<unknown>(of.all(place, asked), 'FORGE_FORBIDDEN', 'FORGE_NOT_FOUND')
    if (listed === undefined) {
      hidden.set(place, now())
      return undefined
    }
    hidden.delete(place)
    const { items } = pageOf<HookAnswer>(listed, `GET /${kind}/${encodeURIComponent(place)}/hooks`)
    return items.filter(callsBot).map(one => toHook(one, place))
  }

  return async repositories => {
    const groups = new Map<string, Hook[] | undefined>()
    const states: HookState[] = []
    for (const repository of repositories) {
      const all: Hook[] = []
      let isUnknown = false
      const parts = repository.split('/')
      for (const [at] of parts.entries()) {
        const place = parts.slice(0, at + 1).join('/')
        const isGroup = place !== repository
        const hooks = groups.has(place)
          ? groups.get(place)
          : await read(place, isGroup ? 'groups' : 'projects')
        if (isGroup) groups.set(place, hooks)
        all.push(...(hooks ?? []))
        isUnknown ||= hooks === undefined
        if (unheard(all).length === 0) break
      }
      states.push({ repository, ...stateOf(all, isUnknown) })
    }
    return states
  }
}

// --- internal ---

const DAY_MS = 86_400_000

/** What the bot looks at events for, by the names that hooks have for them. */
const TRIGGERS = {
  push_events: 'pushes',
  note_events: 'comments',
  merge_requests_events: 'merge requests',
  pipeline_events: 'pipelines',
} as const

interface Hook {
  of: string
  isOn: boolean
  until?: number
  events: Set<string>
}

type HookAnswer = Partial<Record<keyof typeof TRIGGERS, boolean>> & {
  url?: string
  alert_status?: string
  disabled_until?: string | null
}

type Stated<T> = T extends unknown ? Omit<T, 'repository'> : never

function toHook(hook: HookAnswer, of: string): Hook {
  const until = Date.parse(hook.disabled_until ?? '')
  return {
    of,
    isOn: !['disabled', 'temporarily_disabled'].includes(hook.alert_status ?? ''),
    ...(hook.alert_status === 'temporarily_disabled' && !Number.isNaN(until) && { until }),
    events: new Set(Object.keys(TRIGGERS).filter(name => hook[name as keyof typeof TRIGGERS] === true)),
  }
}

/** By the path that it calls: GitLab may reach the bot by another address than people, and masks parts of some. */
function callsBot({ url = '' }: HookAnswer): boolean {
  return /\/hooks\/gitlab\/?(?:[?#]|$)/.test(url)
}

function unheard(hooks: readonly Hook[]): string[] {
  const on = hooks.filter(({ isOn }) => isOn)
  return Object.entries(TRIGGERS).flatMap(([event, words]) =>
    on.some(({ events }) => events.has(event)) ? [] : [words],
  )
}

/** One that is off or deaf is wrong whatever else may be there. */
function stateOf(hooks: readonly Hook[], isUnknown: boolean): Stated<HookState> {
  const to = unheard(hooks)
  if (to.length === 0) return { kind: 'tells' }
  const off = hooks.find(({ isOn }) => !isOn)
  if (off) return { kind: 'off', of: off.of, ...(off.until !== undefined && { until: off.until }) }
  const [deaf] = hooks
  if (deaf) return { kind: 'deaf', of: deaf.of, to }
  return { kind: isUnknown ? 'unknown' : 'none' }
}
