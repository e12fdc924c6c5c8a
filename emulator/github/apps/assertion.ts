import { createPublicKey, verify } from 'node:crypto'
import type { App } from '../world/apps.ts'

/**
 * The App that a JSON web token speaks for, or why GitHub would not take it.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 *
 * @param now seconds
 */
export function appOfAssertion(
  apps: App[],
  token: string,
  now: number,
): App | { status: number; message: string } {
  const parts = token.split('.')
  const [header, claims] = parts.slice(0, 2).map(jsonOf)
  if (parts.length !== 3 || !header || !claims || header.alg !== 'RS256') return UNDECODABLE
  const { iss, iat, exp } = claims
  const app = apps.find(({ id, clientId }) => String(iss) === String(id) || iss === clientId)
  if (!app) return { status: 404, message: 'Integration not found' }
  const [signed, signature] = [parts.slice(0, 2).join('.'), Buffer.from(parts[2]!, 'base64url')]
  if (!verify('RSA-SHA256', Buffer.from(signed), createPublicKey(app.privateKey), signature))
    return UNDECODABLE
  if (!Number.isInteger(exp) || (exp as number) <= now)
    return refused(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  if ((exp as number) > now + LONGEST + DRIFT)
    return refused("'Expiration time' claim ('exp') is too far in the future")
  if (!Number.isInteger(iat) || (iat as number) > now + DRIFT)
    return refused(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  return app
}

// --- internal ---

/** Seconds. */
const LONGEST = 600
const DRIFT = 60

const UNDECODABLE = { status: 401, message: 'A JSON web token could not be decoded' }

function refused(message: string) {
  return { status: 401, message }
}

function jsonOf(part: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}
