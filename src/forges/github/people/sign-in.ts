import { type SignIn, type SignInOptions, tokenIn, withChallenge } from '../../sign-in.ts'
import { githubClient } from '../client.ts'

/**
 * By way of an App.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export function githubSignIn({
  clientId,
  clientSecret,
  apiUrl,
  serverUrl,
  env,
  safety,
}: SignInOptions): SignIn {
  const options = { token: undefined, env, ...(safety && { safety }) }
  return {
    address: ({ state, verifier, back }) =>
      withChallenge(`${serverUrl}/login/oauth/authorize`, verifier, {
        client_id: clientId,
        redirect_uri: back,
        state,
      }),
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
      const token = tokenIn(given)
      if (token === undefined) return undefined
      const api = githubClient({ ...options, apiUrl })
      const headers = { authorization: `token ${token}` }
      const { data: user } = await api.rest.users.getAuthenticated({ headers })
      return user.type === 'User' ? { id: user.id, login: user.login } : undefined
    },
  }
}
