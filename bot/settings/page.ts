import type { GithubSettings } from './github.ts'
import type { Reading } from './reading.ts'
import type { Variable } from './variables.ts'
import { STRONG, weakness } from './weak-secrets.ts'

/** How it is known who looks at the page. */
export type PageSettings =
  | { signIn: 'forge'; url: string; clientId: string; clientSecret: string }
  /** A proxy before the bot signs people in. */
  | { signIn: 'proxy'; header: string; secret: string }

/** Undefined where no way to sign in is set: nobody could be told apart, so there is no page. */
export function readPage(reading: Reading, github: GithubSettings | undefined): PageSettings | undefined {
  const isForge = FORGE.some(name => reading.given(name) !== undefined)
  const isProxy = PROXY.some(name => reading.given(name) !== undefined)
  if (!isForge && !isProxy) return undefined
  if (isForge && isProxy)
    return reading.wrong(
      'ASSAY_BOT_PAGE_USER_HEADER',
      'is set, and so is a sign-in with GitHub',
      'choose one of the two ways',
    )
  if (!github)
    return reading.wrong(
      isForge ? 'ASSAY_BOT_CLIENT_SECRET' : 'ASSAY_BOT_PAGE_USER_HEADER',
      'is set, and nothing of the App is',
      'the page shows what people may see on GitHub: set the App up first',
    )
  return isForge ? readForge(reading, github) : readProxy(reading)
}

// --- internal ---

const FORGE: Variable[] = ['ASSAY_BOT_PAGE_URL', 'ASSAY_BOT_CLIENT_SECRET']
const PROXY: Variable[] = ['ASSAY_BOT_PAGE_USER_HEADER', 'ASSAY_BOT_PAGE_PROXY_SECRET']
const EXAMPLE = 'https://assay.example.com'
/** Headers that come from people, or that mean something of their own. */
const TAKEN = new Set(['authorization', 'cookie', 'host', 'x-assay-proxy-secret', 'user-agent', 'referer'])

function readForge({ given, wrong, address }: Reading, { appId }: GithubSettings): PageSettings {
  const url = address('ASSAY_BOT_PAGE_URL', EXAMPLE)
  if (url === undefined) {
    if (given('ASSAY_BOT_PAGE_URL') === undefined)
      wrong('ASSAY_BOT_PAGE_URL', 'is not set', `people come back to it, as to ${EXAMPLE}`)
  } else if (new URL(url).origin !== url || !isSafe(new URL(url)))
    wrong('ASSAY_BOT_PAGE_URL', 'is no https address without a path', `write it like ${EXAMPLE}`)
  const clientSecret = secretIn(
    { given, wrong },
    'ASSAY_BOT_CLIENT_SECRET',
    'make one on the page of the App',
  )
  if (/^\d+$/.test(appId))
    wrong('ASSAY_BOT_APP_ID', 'is not the client id', 'people sign in by that: it begins with `Iv`')
  return { signIn: 'forge', url: url ?? EXAMPLE, clientId: appId, clientSecret: clientSecret ?? '' }
}

function readProxy({ given, wrong }: Reading): PageSettings {
  const name = 'ASSAY_BOT_PAGE_USER_HEADER'
  const header = given(name)?.toLowerCase()
  if (header === undefined) wrong(name, 'is not set', 'name the header, as `X-Forwarded-User`')
  else if (!/^[a-z0-9-]{1,64}$/.test(header) || TAKEN.has(header))
    wrong(name, 'is no header that can be used', 'name one that the proxy alone sets, as `X-Forwarded-User`')
  const secret = secretIn({ given, wrong }, 'ASSAY_BOT_PAGE_PROXY_SECRET', STRONG)
  return { signIn: 'proxy', header: header ?? '', secret: secret ?? '' }
}

function secretIn(
  { given, wrong }: Pick<Reading, 'given' | 'wrong'>,
  name: Variable,
  fix: string,
): string | undefined {
  const secret = given(name)
  if (secret === undefined) return wrong(name, 'is not set', fix)
  const why = weakness(secret)
  return why === undefined ? secret : wrong(name, why, fix)
}

/** Cookies and codes go there: over the network only encrypted. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}
