import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { GITLAB_TOKENS } from './gitlab-state.ts'

/** The application that people sign in to. */
export const APPLICATION = {
  id: '5f1d6a0c3e2b4978',
  secret: 'gloas-9b0c73d1f52e4a86b7c0d9e8f1a2b3c4',
  back: 'http://localhost/sign-in/gitlab/back',
}

/** Signs in whoever sits at the browser, as GitLab does. https://docs.gitlab.com/api/oauth2/ */
export interface GitlabOauth {
  /** Who sits at the browser. */
  browse(user: string): void
  /** Whether the request was for this. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

export function gitlabOauth(): GitlabOauth {
  const grants = new Map<string, { user: string; challenge: string }>()
  let browsing = 'maintainer'
  const json = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  function authorize(query: URLSearchParams, response: ServerResponse): void {
    const wanted = {
      client_id: APPLICATION.id,
      redirect_uri: APPLICATION.back,
      response_type: 'code',
      scope: 'read_user',
      code_challenge_method: 'S256',
    }
    if (Object.entries(wanted).some(([name, value]) => query.get(name) !== value))
      return void json(response, 400, { error: 'invalid_request' })
    const code = randomBytes(16).toString('hex')
    grants.set(code, { user: browsing, challenge: query.get('code_challenge') ?? '' })
    const location = `${APPLICATION.back}?${new URLSearchParams({ code, state: query.get('state') ?? '' })}`
    response.writeHead(302, { location }).end()
  }

  function exchange(form: URLSearchParams, response: ServerResponse): void {
    const grant = grants.get(form.get('code') ?? '')
    grants.delete(form.get('code') ?? '')
    const hash = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (form.get('client_id') !== APPLICATION.id || form.get('client_secret') !== APPLICATION.secret)
      return void json(response, 401, { error: 'invalid_client' })
    const isGood = form.get('grant_type') === 'authorization_code' && grant?.challenge === hash
    if (!grant || !isGood || form.get('redirect_uri') !== APPLICATION.back)
      return void json(response, 400, { error: 'invalid_grant' })
    const token = randomBytes(32).toString('hex')
    GITLAB_TOKENS[token] = { user: grant.user, may: 'read' }
    json(response, 200, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: 7200,
      refresh_token: randomBytes(32).toString('hex'),
      scope: 'read_user',
    })
  }

  return {
    browse(user) {
      browsing = user
    },
    async answer(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://gitlab')
      if (request.method === 'GET' && pathname === '/oauth/authorize') {
        authorize(searchParams, response)
        return true
      }
      if (request.method !== 'POST' || pathname !== '/oauth/token') return false
      let text = ''
      for await (const chunk of request) text += chunk
      exchange(new URLSearchParams(text), response)
      return true
    },
  }
}
