import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { WebRequest } from './server.ts'

/**
 * What a browser keeps for us, sealed: nobody can make or change one without the key, and each is good for one purpose and for
 * a time. There is nothing to keep here, so that two replicas know each other's.
 */
export interface Seals {
  /** `until` in milliseconds. */
  seal(purpose: string, data: unknown, until: number): string
  /** What was sealed; undefined for anything that is not ours, for another purpose or over. */
  open(purpose: string, text: string, now: number): unknown
  /** A value that follows from another, and that nobody else can know. */
  derive(purpose: string, from: string): string
}

/** @param secret with the entropy of a key, as it is drawn */
export function sealsOf(secret: string): Seals {
  const key = Buffer.from(hkdfSync('sha256', secret, 'assay-bot', 'seals', 32))
  const mac = (purpose: string, text: string) =>
    createHmac('sha256', key).update(`${purpose}\n${text}`).digest('base64url')
  return {
    seal(purpose, data, until) {
      const text = Buffer.from(JSON.stringify({ data, until })).toString('base64url')
      return `${text}.${mac(purpose, text)}`
    },
    open(purpose, sealed, now) {
      const [text = '', given = '', ...more] = sealed.split('.')
      if (more.length > 0 || !isEqual(given, mac(purpose, text))) return undefined
      const { data, until } = JSON.parse(Buffer.from(text, 'base64url').toString()) as {
        data: unknown
        until: number
      }
      return now < until ? data : undefined
    },
    derive: (purpose, from) => mac(`derived ${purpose}`, from),
  }
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function isEqual(one: string, other: string): boolean {
  const [a, b] = [one, other].map(text => createHash('sha256').update(text).digest())
  return timingSafeEqual(a!, b!)
}

/** The value of a cookie; undefined where it is not there, or came twice: somebody else set one of them. */
export function cookieOf(request: WebRequest, name: string): string | undefined {
  const values = request
    .headers('cookie')
    .flatMap(line => line.split(';'))
    .map(part => part.trim())
    .filter(part => part.startsWith(`${name}=`))
  return values.length === 1 ? values[0]!.slice(name.length + 1) : undefined
}

/**
 * A header that sets a cookie which no script reads and no other site's form sends; `seconds` 0 takes it away. Over https its
 * name has `__Host-` before, so that no neighbouring host can set it.
 */
export function cookieHeader(
  { name, isSecure }: { name: string; isSecure: boolean },
  value: string,
  seconds: number,
): string {
  const full = cookieName({ name, isSecure })
  return `${full}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
}

export function cookieName({ name, isSecure }: { name: string; isSecure: boolean }): string {
  return isSecure ? `__Host-${name}` : name
}
