import { createHash } from 'node:crypto'
import type { Environment } from '../../http/proxy.ts'
import type { Safety } from '../../http/safe-calls.ts'
import { githubClient } from '../client.ts'

/** Somebody who signed in. */
export interface SignedIn {
  id: number
  login: string
}

/**
 * People sign in by way of an App, with PKCE. The token that this gives is used to ask who it is, and kept nowhere.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export interface SignIn {
  /** Where the browser is sent. */
  address(asked: { state: string; verifier: string; back: string }): string
  /** Who came back with a code; undefined where the code is not taken, or it is no person. @throws AssayError those of the forge */
  person(brought: { code: string; verifier: string; back: string }): Promise<SignedIn | undefined>
}

export function githubSignIn({
  clientId,
  clientSecret,
  apiUrl,
  serverUrl,
  env,
  safety,
}: {
  clientId: string
  clientSecret: string
  apiUrl: string
  serverUrl: string
  env: Environment
  safety?: Safety
}): SignIn {
  const options = { token: undefined, env, ...(safety && { safety }) }
  return {
    address({ state, verifier, back }) {
      const there = new URL(`${serverUrl}/login/oauth/authorize`)
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      for (const [name, value] of Object.entries({
        client_id: clientId,
        redirect_uri: back,
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }))
        there.searchParams.set(name, value)
      return there.href
    },
    async person({ code, verifier, back }) {
      const pages = githubClient({ ...options, apiUrl: serverUrl })
      const { data: given } = await pages.request('POST /login/oauth/access_token', {
        headers: { accept: 'application/json' },
        client_id: clientId,
        client_secret: clientSecret,
        code,
        redirect_uri: back,
        code_verifier: verifier,
      })
      const token: unknown = given?.access_token
      if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) return undefined
      const api = githubClient({ ...options, apiUrl })
      const headers = { authorization: `token ${token}` }
      const { data: user } = await api.rest.users.getAuthenticated({ headers })
      return user.type === 'User' ? { id: user.id, login: user.login } : undefined
    },
  }
}
