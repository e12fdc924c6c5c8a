import type { Safety } from '../../src/forges/http/safe-calls.ts'
import { FORGE_NAMES, FORGES } from '../../src/forges/index.ts'
import type { SignInOptions } from '../../src/forges/sign-in.ts'
import type { Route, WebAnswer } from '../../src/services/web/server.ts'
import { sealsOf } from '../../src/services/web/sessions.ts'
import { signInAt } from '../halves.ts'
import type { HalfSettings } from '../settings/halves.ts'
import type { PageSettings } from '../settings/page.ts'
import { said } from './answers.ts'
import { proxyPeople, type WhoAsks } from './people.ts'
import { forgePeople } from './sign-in.ts'

/** How it is known who asks, and what is answered where it is not. */
export interface Visitors {
  who: WhoAsks
  routes: Route[]
  stranger(): WebAnswer
}

export function visitors(
  page: PageSettings,
  {
    halves,
    env,
    now,
    safety,
  }: {
    halves: Partial<HalfSettings>
    env: SignInOptions['env']
    now: () => number
    safety?: Safety | undefined
  },
): Visitors {
  if (page.signIn === 'proxy')
    return {
      who: proxyPeople(page),
      routes: [],
      stranger: () =>
        said(401, {
          title: 'sign in',
          heading: 'Not signed in',
          words: 'This page is opened through the proxy that signs people in. It did not say who you are.',
        }),
    }
  const forges = FORGE_NAMES.flatMap(forge => {
    const [client, half, signIn] = [page.clients[forge], halves[forge], signInAt(forge)]
    if (!client || !half || !signIn) return []
    const { apiUrl, serverUrl } = half
    const options = { ...client, apiUrl, serverUrl, env, ...(safety && { safety }) }
    const { path, connect } = signIn
    return [{ forge, title: FORGES[forge].title, client, signIn: { ...connect(options), path } }]
  })
  const actions = forges.map(({ title, signIn }) => ({ href: signIn.path, words: `Sign in with ${title}` }))
  const names = forges.map(({ title }) => title).join(' or ')
  return {
    ...forgePeople({
      url: page.url,
      seals: sealsOf(forges.map(({ client }) => client.clientSecret).join('\n')),
      signIns: Object.fromEntries(forges.map(({ forge, signIn }) => [forge, signIn])),
      now,
      refused: (status, forge) =>
        said(status, {
          title: 'not signed in',
          heading: 'Not signed in',
          words:
            status === 502
              ? `${FORGES[forge].title} could not be asked who you are. Nothing was changed.`
              : 'The sign-in was refused, took too long or was begun elsewhere. Nothing was changed.',
          actions,
        }),
    }),
    stranger: () =>
      said(401, {
        title: 'sign in',
        heading: 'What serves, and what waits for whom',
        words: `You see what you may read on ${names}.`,
        actions,
      }),
  }
}
