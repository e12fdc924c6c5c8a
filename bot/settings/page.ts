import { STRONG } from '../../src/core/secrets/weak-secrets.ts'
import { FORGE_NAMES, FORGES, type ForgeName, USUAL_FORGE } from '../../src/forges/index.ts'
import { type HalfSettings, readClient, signInOf } from './halves.ts'
import type { Reading } from './reading.ts'
import { type PageClient, secretIn } from './sign-in.ts'
import type { Variable } from './variables.ts'

/** How it is known who looks at the page. */
export type PageSettings =
  | { signIn: 'forge'; url: string; clients: Partial<Record<ForgeName, PageClient>> }
  /** A proxy before the bot signs people in, and tells their logins at one forge. */
  | { signIn: 'proxy'; forge: ForgeName; header: string; secret: string }

/** Undefined where no way to sign in is set: nobody could be told apart, so there is no page. */
export function readPage(reading: Reading, halves: Partial<HalfSettings>): PageSettings | undefined {
  const isSet = (names: readonly Variable[]) => names.find(name => reading.given(name) !== undefined)
  const proxy = isSet(PROXY)
  const forges = forgesAsked(isSet)
  const last = forges.at(-1)
  if (proxy && last)
    return reading.wrong(
      'ASSAY_BOT_PAGE_USER_HEADER',
      `is set, and so is a sign-in with ${FORGES[last].title}`,
      'choose one of the two ways',
    )
  const missing = (proxy ? [PROXY_FORGE] : forges).filter(forge => !halves[forge])
  for (const forge of missing) {
    const { variables, off } = signInOf(forge)!
    const variable = proxy ? 'ASSAY_BOT_PAGE_USER_HEADER' : (isSet(variables) ?? 'ASSAY_BOT_PAGE_URL')
    reading.wrong(variable, off.what, off.fix)
  }
  if (missing.length > 0) return undefined
  if (proxy) return readProxy(reading)
  if (forges.length === 0) return undefined
  const url = readUrl(reading)
  const clients = forges.map(forge => [forge, readClient(forge, reading, halves)] as const)
  return { signIn: 'forge', url, clients: Object.fromEntries(clients.filter(([, client]) => client)) }
}

/** What nobody may see of it. */
export function pageSecrets(page: PageSettings): string[] {
  return page.signIn === 'proxy'
    ? [page.secret]
    : Object.values(page.clients).map(({ clientSecret }) => clientSecret)
}

// --- internal ---

const PROXY: Variable[] = ['ASSAY_BOT_PAGE_USER_HEADER', 'ASSAY_BOT_PAGE_PROXY_SECRET']
/** Whose logins the header holds. */
const PROXY_FORGE: ForgeName = 'github'
const EXAMPLE = 'https://assay.example.com'
/** Headers that come from people, or that mean something of their own. */
const TAKEN = new Set(['authorization', 'cookie', 'host', 'x-assay-proxy-secret', 'user-agent', 'referer'])

/** Where people sign in: where that is set up, or where only the address of the page is, at the usual forge. */
function forgesAsked(isSet: (names: readonly Variable[]) => Variable | undefined): ForgeName[] {
  const asked = FORGE_NAMES.filter(forge => isSet(signInOf(forge)?.variables ?? []))
  return asked.length === 0 && isSet(['ASSAY_BOT_PAGE_URL']) ? [USUAL_FORGE] : asked
}

function readUrl({ given, wrong, address }: Reading): string {
  const url = address('ASSAY_BOT_PAGE_URL', EXAMPLE)
  if (url === undefined) {
    if (given('ASSAY_BOT_PAGE_URL') === undefined)
      wrong('ASSAY_BOT_PAGE_URL', 'is not set', `people come back to it, as to ${EXAMPLE}`)
  } else if (new URL(url).origin !== url || !isSafe(new URL(url)))
    wrong('ASSAY_BOT_PAGE_URL', 'is no https address without a path', `write it like ${EXAMPLE}`)
  return url ?? EXAMPLE
}

function readProxy({ given, wrong }: Reading): PageSettings {
  const name = 'ASSAY_BOT_PAGE_USER_HEADER'
  const header = given(name)?.toLowerCase()
  if (header === undefined) wrong(name, 'is not set', 'name the header, as `X-Forwarded-User`')
  else if (!/^[a-z0-9-]{1,64}$/.test(header) || TAKEN.has(header))
    wrong(name, 'is no header that can be used', 'name one that the proxy alone sets, as `X-Forwarded-User`')
  const secret = secretIn({ given, wrong }, 'ASSAY_BOT_PAGE_PROXY_SECRET', STRONG)
  return { signIn: 'proxy', forge: PROXY_FORGE, header: header ?? '', secret: secret ?? '' }
}

/** Cookies and codes go there: over the network only encrypted. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}
