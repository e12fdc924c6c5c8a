import { githubSignIn } from '../../src/forges/github/people/sign-in.ts'
import { gitlabSignIn } from '../../src/forges/gitlab/sign-in.ts'
import type { Safety } from '../../src/forges/http/safe-calls.ts'
import { FORGE_NAMES, type ForgeName } from '../../src/forges/index.ts'
import type { SignIn, SignInOptions } from '../../src/forges/sign-in.ts'
import type { Route, WebAnswer } from '../../src/services/web/server.ts'
import { sealsOf } from '../../src/services/web/sessions.ts'
import type { HalfSettings } from '../settings/halves.ts'
import type { PageSettings } from '../settings/page.ts'
import { said } from './answers.ts'
import { proxyPeople, type WhoAsks } from './people.ts'
import { FORGE_WORDS, forgePeople, SIGN_IN_PATHS } from './sign-in.ts'

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
  const forges = FORGE_NAMES.filter(forge => page.clients[forge] && halves[forge])
  const signIns = Object.fromEntries(
    forges.map(forge => {
      const { apiUrl, serverUrl } = halves[forge]!
      const options = { ...page.clients[forge]!, apiUrl, serverUrl, env, ...(safety && { safety }) }
      return [forge, SIGN_INS[forge](options)]
    }),
  )
  const actions = forges.map(forge => ({
    href: SIGN_IN_PATHS[forge].start,
    words: `Sign in with ${FORGE_WORDS[forge]}`,
  }))
  const names = forges.map(forge => FORGE_WORDS[forge]).join(' or ')
  return {
    ...forgePeople({
      url: page.url,
      seals: sealsOf(forges.map(forge => page.clients[forge]!.clientSecret).join('\n')),
      signIns,
      now,
      refused: (status, forge) =>
        said(status, {
          title: 'not signed in',
          heading: 'Not signed in',
          words:
            status === 502
              ? `${FORGE_WORDS[forge]} could not be asked who you are. Nothing was changed.`
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

// --- internal ---

const SIGN_INS: Record<ForgeName, (options: SignInOptions) => SignIn> = {
  github: githubSignIn,
  gitlab: gitlabSignIn,
}
