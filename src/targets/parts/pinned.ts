import type { Arms } from '../target.ts'

/**
 * How users are kept with one arm by a cookie, without a word of the application. A user draws a segment of the traffic once, and the
 * routes say whose that segment is: `steps: [5, 25]` has segments of 5, 20 and 75 %, of which the first is the challenger's at 5 %
 * and the first two are at 25 %. So each step adds to those who meet the challenger, and the share is right among users who come
 * back as among new ones. A cookie that named the arm would leave everybody whom the first step gave the champion there for ever.
 */

export type Arm = 'champion' | 'challenger'

/** What a destination of the split gets. */
export interface Segment {
  arm: Arm
  /** Percent of the traffic; all sum to 100. */
  percent: number
  /** Upper end of the segment in percent: its name in the cookie. Absent: nobody is kept. */
  upTo?: number
}

/** Segments of a split, the challenger's first. */
export function segmentsOf({ steps, weight, sticky }: Arms): Segment[] {
  if (sticky !== 'cookie')
    return [
      { arm: 'challenger', percent: weight },
      { arm: 'champion', percent: 100 - weight },
    ]
  return [...steps, 100].map((upTo, at) => ({
    arm: upTo <= weight ? 'challenger' : 'champion',
    percent: upTo - (steps[at - 1] ?? 0),
    upTo,
  }))
}

/**
 * `set-cookie` of a segment. Both versions are in the value: a cookie of an earlier canary matches nothing, whichever arm it was of,
 * and models of one host have cookies of their own.
 */
export function setCookie(arms: Arms, upTo: number): string {
  return `${cookieName(arms)}=${cookieValue(arms, String(upTo))}; Max-Age=${KEPT_SECONDS}; Path=/; HttpOnly; Secure; SameSite=Lax`
}

/** RE2 for the header `cookie` of those who drew a segment of the arm. Its ends are said, since not every gateway matches the whole. */
export function cookieRegex(arms: Arms, arm: Arm): string {
  const own = segmentsOf(arms).flatMap(one => (one.arm === arm ? [one.upTo] : []))
  return `^(.*; ?)?${escaped(cookieName(arms))}=${escaped(cookieValue(arms, ''))}(${own.join('|')})(;.*)?$`
}

/** Whether a pattern for cookies is one of these. */
export function isCookieRegex(text: unknown): boolean {
  return String(text).includes(COOKIE)
}

/** The header of the answer that says which release it is of. */
export const RELEASE_HEADER = 'x-assay-release'

// --- internal ---

/** A month: longer than all steps of most canaries together. */
const KEPT_SECONDS = 30 * 86_400

const COOKIE = 'assay-arm-'

/** Models and versions are made of characters that a cookie may have, and none of them is `~`. */
function cookieName({ challenger }: Arms): string {
  return `${COOKIE}${challenger.model}`
}

function cookieValue({ champion, challenger }: Arms, segment: string): string {
  return `${champion.version}~${challenger.version}~${segment}`
}

function escaped(text: string): string {
  return text.replace(/[.+]/g, '\\$&')
}
