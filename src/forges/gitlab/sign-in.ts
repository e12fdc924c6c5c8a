import { unless } from '../expected-failures.ts'
import { proxyFetch } from '../http/proxy.ts'
import { safeCalls } from '../http/safe-calls.ts'
import { type SignIn, type SignInOptions, tokenIn, withChallenge } from '../sign-in.ts'
import { gitlabClient } from './client.ts'
import { fetchAnswer } from './requests.ts'

/**
 * By way of an application, which may read who somebody is and no more.
 * https://docs.gitlab.com/api/oauth2/#authorization-code-with-proof-key-for-code-exchange-pkce
 */
export function gitlabSignIn({
  clientId,
  clientSecret,
  apiUrl,
  serverUrl,
  env,
  safety,
}: SignInOptions): SignIn {
  const tokens = new URL(`${serverUrl}/oauth/token`)
  return {
    address: ({ state, verifier, back }) =>
      withChallenge(`${serverUrl}/oauth/authorize`, verifier, {
        client_id: clientId,
        redirect_uri: back,
        response_type: 'code',
        scope: 'read_user',
        state,
      }),
    async person({ code, verifier, back }) {
      const call = {
        name: `POST ${tokens.pathname}`,
        host: tokens.host,
        write: false,
        repeatable: false,
        notifies: false,
      }
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        client_secret: clientSecret,
        code,
        redirect_uri: back,
        code_verifier: verifier,
      })
      const asked = safeCalls(safety)(call, signal =>
        fetchAnswer(proxyFetch(tokens, env) ?? fetch, tokens, {
          method: 'POST',
          body,
          signal,
          redirect: 'manual',
        }),
      )
      const given = await unless(asked, 'FORGE_REJECTED', 'FORGE_UNAUTHORIZED')
      const token = tokenIn(given?.data)
      if (token === undefined) return undefined
      const { api } = gitlabClient({ token, kind: 'access', apiUrl, env, ...(safety && { safety }) })
      const { id, username, state, bot } = (await api.Users.showCurrentUser()) as unknown as Current
      return bot !== true && state === 'active' ? { id, login: username } : undefined
    },
  }
}

// --- internal ---

interface Current {
  id: number
  username: string
  state: string
  bot?: boolean
}
