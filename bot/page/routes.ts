import { createHash } from 'node:crypto'
import { isAssayError } from '../../src/core/errors/errors.ts'
import { overviewCsv } from '../../src/core/page/csv.ts'
import { renderModel } from '../../src/core/page/model.ts'
import { renderOverview } from '../../src/core/page/page.ts'
import { rowId } from '../../src/core/page/rows.ts'
import { messageHtml, type Viewer } from '../../src/core/page/shell.ts'
import type { Story } from '../../src/core/page/story.ts'
import { SITE_STYLE } from '../../src/core/page/style.ts'
import { parseView } from '../../src/core/page/view.ts'
import { MODEL_NAME } from '../../src/core/text/names.ts'
import { githubSignIn } from '../../src/forges/github/people/sign-in.ts'
import type { Safety } from '../../src/forges/http/safe-calls.ts'
import type { Route, WebAnswer, WebRequest } from '../../src/services/web/server.ts'
import { sealsOf } from '../../src/services/web/sessions.ts'
import { VERSION } from '../../src/version.ts'
import type { GithubSettings } from '../settings/github.ts'
import type { PageSettings } from '../settings/page.ts'
import { LIVE_SCRIPT } from './live-script.ts'
import type { Overviews, Seen } from './overviews.ts'
import { type Person, proxyPeople } from './people.ts'
import { forgePeople, SIGN_IN_PATH } from './sign-in.ts'
import { type Status, type StatusPages, statusPages } from './status.ts'

export interface PageOptions {
  page: PageSettings
  github: GithubSettings
  overviews: Overviews
  status: Status
  env: Readonly<Record<string, string | undefined>>
  now: () => number
  safety?: Safety
}

/** The routes of the page. Whoever is not signed in gets to know nothing; a route that does not exist and one that may not be seen are one. */
export function pageRoutes({ page, github, overviews, status, env, now, safety }: PageOptions): Route[] {
  const { who, routes } =
    page.signIn === 'proxy'
      ? { who: proxyPeople(page), routes: [] }
      : forgePeople({
          url: page.url,
          seals: sealsOf(page.clientSecret),
          signIn: githubSignIn({
            clientId: page.clientId,
            clientSecret: page.clientSecret,
            apiUrl: github.apiUrl,
            serverUrl: github.serverUrl,
            env,
            ...(safety && { safety }),
          }),
          now,
          refused,
        })
  const answer =
    (
      show: (
        seen: Seen,
        asked: { person: Person; query: URLSearchParams; at: number },
      ) => WebAnswer | Promise<WebAnswer>,
    ) =>
    async (request: WebRequest) => {
      const person = who(request)
      if (!person) return stranger(page.signIn)
      const { query } = request
      const at = now()
      return show(await overviews.seenBy(person, sinceIn(query)), { person, query, at })
    }
  const pages = statusPages(status, overviews.rightOf, now)
  const ofBot = (name: keyof StatusPages): Route => ({
    name,
    method: 'GET',
    path: `/${name}`,
    answer: answer(async ({ overviews: seen, incomplete }, { person }) => {
      const viewer = { login: person.login, maySignOut: person.maySignOut }
      return seen.length === 0 && !incomplete ? missing(viewer) : html(200, await pages[name](person))
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
        if (!person) return stranger(page.signIn)
        const viewer = { login: person.login, maySignOut: person.maySignOut }
        const story = MODEL_NAME.test(request.rest)
          ? await orUnread(overviews.storyOf(person, request.rest, request.query.get('in') ?? undefined))
          : undefined
        if (!story) return missing(viewer)
        if (story === 'unread') return unread(viewer)
        return html(200, renderModel(story, { viewer, now: now(), version: VERSION, script: LIVE_SCRIPT }))
      },
    },
    {
      name: 'page',
      method: 'GET',
      path: '/',
      answer: answer(({ overviews: seen, incomplete }, { person, query, at }) => {
        const since = sinceIn(query)
        return html(
          200,
          renderOverview(seen, {
            view: parseView(query),
            viewer: { login: person.login, maySignOut: person.maySignOut },
            incomplete,
            ...(since !== undefined && {
              changed: ({ repository, model }) =>
                overviews.changedSince(repository, rowId(repository, model), since),
            }),
            now: at,
            version: VERSION,
            script: LIVE_SCRIPT,
          }),
        )
      }),
    },
    ofBot('activity'),
    ofBot('health'),
    {
      name: 'events',
      method: 'GET',
      path: '/events',
      answer(request) {
        const person = who(request)
        if (!person) return { status: 401 }
        const events = overviews.watch(person)
        return events ? { status: 200, events } : { status: 429, headers: { 'retry-after': '60' } }
      },
    },
    {
      name: 'page-csv',
      method: 'GET',
      path: '/page.csv',
      answer: answer(({ overviews: seen, incomplete }, { query }): WebAnswer => {
        // Half a table would pass for a whole one.
        if (incomplete) return { status: 503, headers: { 'retry-after': '60' } }
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

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
/** Nothing but this one style and this one script, which asks nobody but us, and forms that come back here: no picture, nothing from elsewhere, in no frame. */
const HEADERS = {
  'content-security-policy': `default-src 'none'; style-src ${hashOf(SITE_STYLE)}; script-src ${hashOf(LIVE_SCRIPT)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}

/** Since when somebody has what was shown, in milliseconds; whatever else is in its place counts as not said. */
function sinceIn(query: URLSearchParams): number | undefined {
  const since = query.get('since') ?? ''
  return /^\d{1,15}$/.test(since) ? Number(since) : undefined
}

function html(status: number, text: string): WebAnswer {
  return { status, text, type: 'text/html; charset=utf-8', headers: HEADERS }
}

async function orUnread(asked: Promise<Story | undefined>): Promise<Story | undefined | 'unread'> {
  try {
    return await asked
  } catch (error) {
    if (!isAssayError(error)) throw error
    return 'unread'
  }
}

const ALL = { href: '/', words: 'All models' }

function missing(viewer: Viewer): WebAnswer {
  const said = { heading: 'Not found', words: 'There is nothing here that you may see.', action: ALL }
  return html(404, messageHtml({ title: 'Assay: not found', viewer, version: VERSION }, said))
}

function unread(viewer: Viewer): WebAnswer {
  const words = 'The forge could not be asked. Load the page again in a while.'
  const said = { heading: 'Not read', words, action: ALL }
  return html(503, messageHtml({ title: 'Assay: not read', viewer, version: VERSION }, said))
}

function stranger(signIn: PageSettings['signIn']): WebAnswer {
  const frame = { title: 'Assay: sign in', version: VERSION }
  if (signIn === 'forge')
    return html(
      401,
      messageHtml(frame, {
        heading: 'What serves, and what waits for whom',
        words: 'You see what you may read on GitHub.',
        action: { href: SIGN_IN_PATH, words: 'Sign in with GitHub' },
      }),
    )
  const words = 'This page is opened through the proxy that signs people in. It did not say who you are.'
  return html(401, messageHtml(frame, { heading: 'Not signed in', words }))
}

function refused(status: number): WebAnswer {
  const words =
    status === 502
      ? 'GitHub could not be asked who you are. Nothing was changed.'
      : 'The sign-in was refused, took too long or was begun elsewhere. Nothing was changed.'
  return html(
    status,
    messageHtml(
      { title: 'Assay: not signed in', version: VERSION },
      { heading: 'Not signed in', words, action: { href: SIGN_IN_PATH, words: 'Sign in with GitHub' } },
    ),
  )
}
