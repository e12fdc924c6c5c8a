import { randomBytes } from 'node:crypto'
import { isAssayError } from '../../src/core/errors/errors.ts'
import { FORGE_NAMES, type ForgeName } from '../../src/forges/index.ts'
import type { SignedIn, SignIn } from '../../src/forges/sign-in.ts'
import type { Route, WebAnswer } from '../../src/services/web/server.ts'
import { cookieHeader, cookieName, cookieOf, isEqual, type Seals } from '../../src/services/web/sessions.ts'
import type { WhoAsks } from './people.ts'

/** A sign-in, and the address that it begins at. */
export interface SignInHere extends SignIn {
  path: string
}

export interface SignInOptions {
  /** Where people open the page: an origin. */
  url: string
  seals: Seals
  signIns: Partial<Record<ForgeName, SignInHere>>
  now: () => number
  /** A page that says why somebody was not signed in. */
  refused(status: number, forge: ForgeName): WebAnswer
}

/** Signs people in at a forge. What was said at the start stands in a sealed cookie; after it, who it is, and where. */
export function forgePeople({ url, seals, signIns, now, refused }: SignInOptions): {
  who: WhoAsks
  routes: Route[]
} {
  const isSecure = url.startsWith('https:')
  const [session, started] = ['assay-session', 'assay-sign-in'].map(name => ({ name, isSecure }))
  const verifierOf = (state: string) => seals.derive('verifier', state)
  const who: WhoAsks = request => {
    const sealed = cookieOf(request, cookieName(session!))
    const person = sealed === undefined ? undefined : seals.open('session', sealed, now())
    return isPerson(person) && signIns[person.forge] ? { ...person, maySignOut: true } : undefined
  }
  const routesOf = (forge: ForgeName, signIn: SignInHere): Route[] => {
    const { path } = signIn
    const [back, purpose] = [`${url}${path}/back`, `sign-in ${forge}`]
    return [
      {
        name: 'sign-in',
        method: 'GET',
        path,
        answer() {
          const state = randomBytes(32).toString('base64url')
          const sealed = seals.seal(purpose, state, now() + START_SECONDS * 1000)
          return to(signIn.address({ state, verifier: verifierOf(state), back }), [
            cookieHeader(started!, sealed, START_SECONDS),
          ])
        },
      },
      {
        name: 'sign-in-back',
        method: 'GET',
        path: `${path}/back`,
        async answer(request) {
          const sealed = cookieOf(request, cookieName(started!))
          const state = sealed === undefined ? undefined : seals.open(purpose, sealed, now())
          const [given, code] = [request.query.getAll('state'), request.query.getAll('code')]
          if (typeof state !== 'string' || given.length !== 1 || !isEqual(given[0]!, state))
            return refused(400, forge)
          if (code.length !== 1 || !/^[\w-]{1,200}$/.test(code[0]!)) return refused(403, forge)
          const person = await orNobody(signIn.person({ code: code[0]!, verifier: verifierOf(state), back }))
          if (person === 'unknown') return refused(502, forge)
          if (!person) return refused(403, forge)
          const until = now() + SESSION_SECONDS * 1000
          return to('/', [
            cookieHeader(session!, seals.seal('session', { forge, ...person }, until), SESSION_SECONDS),
            cookieHeader(started!, '', 0),
          ])
        },
      },
    ]
  }
  return {
    who,
    routes: [
      ...FORGE_NAMES.flatMap(forge => (signIns[forge] ? routesOf(forge, signIns[forge]) : [])),
      {
        name: 'sign-out',
        method: 'POST',
        path: '/sign-out',
        cap: 1024,
        answer: () => to('/', [cookieHeader(session!, '', 0)]),
      },
    ],
  }
}

// --- internal ---

const START_SECONDS = 600
/** Eight hours: what somebody may see is asked at the forge all the while. */
const SESSION_SECONDS = 28_800

function to(location: string, cookies: readonly string[]): WebAnswer {
  return { status: 303, headers: { location, 'set-cookie': cookies } }
}

function isPerson(value: unknown): value is SignedIn & { forge: ForgeName } {
  const { id, login, forge } = (value ?? {}) as Partial<SignedIn & { forge: ForgeName }>
  return typeof id === 'number' && typeof login === 'string' && FORGE_NAMES.some(one => one === forge)
}

async function orNobody(asked: Promise<SignedIn | undefined>): Promise<SignedIn | undefined | 'unknown'> {
  try {
    return await asked
  } catch (error) {
    if (!isAssayError(error)) throw error
    return 'unknown'
  }
}
