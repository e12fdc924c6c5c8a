import { createHash } from 'node:crypto'
import type { Environment } from './http/proxy.ts'
import type { Safety } from './http/safe-calls.ts'

/** Somebody who signed in. */
export interface SignedIn {
  id: number
  login: string
}

/** People sign in at the forge, with PKCE. The token that this gives is used to ask who it is, and kept nowhere. */
export interface SignIn {
  /** Where the browser is sent. */
  address(asked: { state: string; verifier: string; back: string }): string
  /** Who came back with a code; undefined where the code is not taken, or it is no person. @throws AssayError those of the forge */
  person(brought: { code: string; verifier: string; back: string }): Promise<SignedIn | undefined>
}

/** What people sign in to: an App or application of the forge, and where it is. */
export interface SignInOptions {
  clientId: string
  clientSecret: string
  apiUrl: string
  serverUrl: string
  env: Environment
  safety?: Safety
}

/** An address with a query, for a sign-in whose code only who holds the verifier can use. */
export function withChallenge(address: string, verifier: string, query: Record<string, string>): string {
  const there = new URL(address)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  for (const [name, value] of Object.entries({
    ...query,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }))
    there.searchParams.set(name, value)
  return there.href
}

/** The token in an answer, where it is one that can stand in a header. */
export function tokenIn(answer: unknown): string | undefined {
  const { access_token: token } = (answer ?? {}) as { access_token?: unknown }
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined
}
