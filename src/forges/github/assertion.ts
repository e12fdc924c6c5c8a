import { sign } from 'node:crypto'
import type { ForgeApp } from '../connection.ts'

/**
 * Who the app says it is, signed with its key: good for ten minutes, from half a minute ago, since clocks differ.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 *
 * @param now milliseconds since the epoch, by the server's clock
 * @throws Error for a key that is none
 */
export function appAssertion(
  { clientId, privateKey }: ForgeApp,
  now: number,
): { jwt: string; expiresAt: string } {
  const issued = Math.floor(now / 1000) - 30
  const expires = issued + 600
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { iat: issued, exp: expires, iss: clientId },
  ]
  const text = parts.map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('RSA-SHA256', Buffer.from(text), privateKey.replaceAll('\\n', '\n'))
  return {
    jwt: `${text}.${signature.toString('base64url')}`,
    expiresAt: new Date(expires * 1000).toISOString(),
  }
}
