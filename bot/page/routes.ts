import { isAssayError } from '../../src/core/errors/errors.ts'
import { renderCanaryPage } from '../../src/core/page/canary/canary-page.ts'
import { overviewCsv } from '../../src/core/page/csv.ts'
import { againIn, isMissing, type Missing, missingWords } from '../../src/core/page/missing.ts'
import { renderModel } from '../../src/core/page/model.ts'
import { renderOverview } from '../../src/core/page/page.ts'
import { rowId } from '../../src/core/page/rows.ts'
import type { Viewer } from '../../src/core/page/shell.ts'
import type { Story } from '../../src/core/page/story.ts'
import { parseView } from '../../src/core/page/view.ts'
import { ENVIRONMENT_NAME, MODEL_NAME } from '../../src/core/text/names.ts'
import type { Safety } from '../../src/forges/http/safe-calls.ts'
import { LIVE_SCRIPT } from '../../src/services/web/live-script.ts'
import { decodedPart } from '../../src/services/web/places.ts'
import type { Route, WebAnswer, WebRequest } from '../../src/services/web/server.ts'
import { VERSION } from '../../src/version.ts'
import type { HalfSettings } from '../settings/halves.ts'
import type { PageSettings } from '../settings/page.ts'
import { html, said } from './answers.ts'
import type { Overviews, Seen } from './overviews.ts'
import type { Person } from './people.ts'
import { type Status, type StatusPages, statusPages } from './status.ts'
import { visitors } from './who-asks.ts'

export interface PageOptions {
  page: PageSettings
  halves: Partial<HalfSettings>
  overviews: Overviews
  status: Status
  env: Readonly<Record<string, string | undefined>>
  now: () => number
  safety?: Safety
}

/** The routes of the page. Whoever is not signed in gets to know nothing; a route that does not exist and one that may not be seen are one. */
export function pageRoutes({ page, halves, overviews, status, env, now, safety }: PageOptions): Route[] {
  const { who, routes, stranger } = visitors(page, { halves, env, now, safety })
  const answer =
    (
      show: (
        seen: Seen,
        asked: { person: Person; query: URLSearchParams; at: number; since: number | undefined },
      ) => WebAnswer | Promise<WebAnswer>,
      sinceOf: typeof sinceIn = () => undefined,
    ) =>
    async (request: WebRequest) => {
      const person = who(request)
      if (!person) return stranger()
      const { query } = request
      const at = now()
      const since = sinceOf(query, at)
      return show(await overviews.seenBy(person, since), { person, query, at, since })
    }
  const pages = statusPages(status, overviews.rightOf, now)
  const ofBot = (name: keyof StatusPages): Route => ({
    name,
    method: 'GET',
    path: `/${name}`,
    answer: answer(async ({ overviews: seen, missing }, { person }) => {
      const viewer = { login: person.login, maySignOut: person.maySignOut }
      if (seen.length > 0) return html(200, await pages[name](person))
      return missing ? unread(viewer, missing, now()) : notThere(viewer)
    }),
  })
  return [
    ...routes,
    {
      name: 'model',
      method: 'GET',
      path: '/models/*',
      async answer(request) {
        const person = who(request)
        if (!person) return stranger()
        const viewer = { login: person.login, maySignOut: person.maySignOut }
        const story = MODEL_NAME.test(request.rest)
          ? await orUnread(overviews.storyOf(person, request.rest, request.query.get('in') ?? undefined))
          : undefined
        if (!story) return notThere(viewer)
        if (isMissing(story)) return unread(viewer, story, now())
        return html(200, renderModel(story, { viewer, now: now(), version: VERSION, script: LIVE_SCRIPT }))
      },
    },
    {
      name: 'canary',
      method: 'GET',
      path: '/canary/*/*',
      async answer(request) {
        const person = who(request)
        if (!person) return stranger()
        const viewer = { login: person.login, maySignOut: person.maySignOut }
        const [model = '', environment = ''] = request.rest.split('/').map(decodedPart)
        const isName = MODEL_NAME.test(model) && ENVIRONMENT_NAME.test(environment)
        const canary = isName ? await overviews.canaryOf(person, { model, environment }) : undefined
        if (!canary) return notThere(viewer)
        if (isMissing(canary)) return unread(viewer, canary, now())
        const page = { viewer, now: now(), version: VERSION, script: LIVE_SCRIPT }
        return html(200, renderCanaryPage(canary, page))
      },
    },
    {
      name: 'page',
      method: 'GET',
      path: '/',
      answer: answer(({ overviews: seen, missing }, { person, query, at, since }) => {
        return html(
          200,
          renderOverview(seen, {
            view: parseView(query),
            viewer: { login: person.login, maySignOut: person.maySignOut },
            missing,
            ...(since !== undefined && {
              changed: ({ repository, model }) =>
                overviews.changedSince(repository, rowId(repository, model), since),
            }),
            now: at,
            version: VERSION,
            script: LIVE_SCRIPT,
          }),
        )
      }, sinceIn),
    },
    ofBot('activity'),
    ofBot('health'),
    {
      name: 'events',
      method: 'GET',
      path: '/events',
      async answer(request): Promise<WebAnswer> {
        const person = who(request)
        if (!person) return { status: 401 }
        const events = await overviews.watch(person)
        if (events === 'nothing') return { status: 404 }
        if (events === 'many') return { status: 429, headers: { 'retry-after': '60' } }
        return isMissing(events) ? later(events, now()) : { status: 200, events }
      },
    },
    {
      name: 'page-csv',
      method: 'GET',
      path: '/page.csv',
      answer: answer(({ overviews: seen, missing }, { query, at }): WebAnswer => {
        // Half a table would pass for a whole one.
        if (missing) return later(missing, at)
        return {
          status: 200,
          text: overviewCsv(seen, parseView(query)),
          type: 'text/csv; charset=utf-8',
          headers: { 'content-disposition': 'attachment; filename="models.csv"' },
        }
      }),
    },
  ]
}

// --- internal ---

/**
 * Since when somebody has what was shown, in milliseconds; whatever else is in its place counts as not said. Nobody has what is
 * still to come.
 */
function sinceIn(query: URLSearchParams, now: number): number | undefined {
  const since = query.get('since') ?? ''
  return /^\d{1,15}$/.test(since) && Number(since) <= now ? Number(since) : undefined
}

async function orUnread(asked: Promise<Story | Missing | undefined>): Promise<Story | Missing | undefined> {
  try {
    return await asked
  } catch (error) {
    if (!isAssayError(error)) throw error
    return 'forge'
  }
}

const ALL = { href: '/', words: 'All models' }

function notThere(viewer: Viewer): WebAnswer {
  const words = 'There is nothing here that you may see.'
  return said(404, { title: 'not found', heading: 'Not found', words, actions: [ALL], viewer })
}

function unread(viewer: Viewer, why: Missing, now: number): WebAnswer {
  const words = missingWords(why)
  const page = said(503, { title: 'not read', heading: 'Not read', words, actions: [ALL], viewer })
  return { ...page, headers: { ...page.headers, ...later(why, now).headers } }
}

/** For who is no reader of pages. */
function later(why: Missing, now: number): WebAnswer {
  return { status: 503, text: missingWords(why), headers: { 'retry-after': `${againIn(why, now)}` } }
}
