import { STRONG, weakness } from '../../src/core/secrets/weak-secrets.ts'
import type { ForgeName } from '../../src/forges/index.ts'
import type { GithubSettings } from './github.ts'
import type { HalfSettings } from './halves.ts'
import type { Reading } from './reading.ts'
import type { Variable } from './variables.ts'

/** How it is known who looks at the page. */
export type PageSettings =
  | { signIn: 'forge'; url: string; clients: Partial<Record<ForgeName, PageClient>> }
  /** A proxy before the bot signs people in. */
  | { signIn: 'proxy'; header: string; secret: string }

/** What people sign in to at a forge. */
export interface PageClient {
  clientId: string
  clientSecret: string
}

/** Undefined where no way to sign in is set: nobody could be told apart, so there is no page. */
export function readPage(reading: Reading, halves: Partial<HalfSettings>): PageSettings | undefined {
  const isSet = (names: readonly Variable[]) => names.find(name => reading.given(name) !== undefined)
  const [forge, proxy, gitlab] = [isSet(FORGE), isSet(PROXY), isSet(GITLAB)]
  if (!forge && !proxy) return undefined
  if (forge && proxy)
    return reading.wrong(
      'ASSAY_BOT_PAGE_USER_HEADER',
      `is set, and so is a sign-in with ${gitlab ? 'GitLab' : 'GitHub'}`,
      'choose one of the two ways',
    )
  if (gitlab && !halves.gitlab)
    return reading.wrong(
      gitlab,
      'is set, and nothing else of GitLab is',
      'the page shows what people may see on GitLab: set up the bot there first',
    )
  // Where people sign in with GitLab, GitHub is asked for nothing unless somebody says so.
  const withGithub = proxy ?? (gitlab ? isSet(['ASSAY_BOT_CLIENT_SECRET']) : forge)
  if (withGithub && !halves.github)
    return reading.wrong(
      proxy ? 'ASSAY_BOT_PAGE_USER_HEADER' : 'ASSAY_BOT_CLIENT_SECRET',
      'is set, and nothing of the App is',
      'the page shows what people may see on GitHub: set the App up first',
    )
  if (proxy) return readProxy(reading)
  const url = readUrl(reading)
  const clients = {
    ...(withGithub && halves.github && { github: githubClient(reading, halves.github) }),
    ...(gitlab && { gitlab: gitlabClient(reading) }),
  }
  return { signIn: 'forge', url, clients }
}

/** What nobody may see of it. */
export function pageSecrets(page: PageSettings): string[] {
  return page.signIn === 'proxy'
    ? [page.secret]
    : Object.values(page.clients).map(({ clientSecret }) => clientSecret)
}

// --- internal ---

const GITLAB: Variable[] = ['ASSAY_BOT_GITLAB_CLIENT_ID', 'ASSAY_BOT_GITLAB_CLIENT_SECRET']
const FORGE: Variable[] = ['ASSAY_BOT_PAGE_URL', 'ASSAY_BOT_CLIENT_SECRET', ...GITLAB]
const PROXY: Variable[] = ['ASSAY_BOT_PAGE_USER_HEADER', 'ASSAY_BOT_PAGE_PROXY_SECRET']
const EXAMPLE = 'https://assay.example.com'
/** Headers that come from people, or that mean something of their own. */
const TAKEN = new Set(['authorization', 'cookie', 'host', 'x-assay-proxy-secret', 'user-agent', 'referer'])

function readUrl({ given, wrong, address }: Reading): string {
  const url = address('ASSAY_BOT_PAGE_URL', EXAMPLE)
  if (url === undefined) {
    if (given('ASSAY_BOT_PAGE_URL') === undefined)
      wrong('ASSAY_BOT_PAGE_URL', 'is not set', `people come back to it, as to ${EXAMPLE}`)
  } else if (new URL(url).origin !== url || !isSafe(new URL(url)))
    wrong('ASSAY_BOT_PAGE_URL', 'is no https address without a path', `write it like ${EXAMPLE}`)
  return url ?? EXAMPLE
}

function githubClient(reading: Reading, { appId }: GithubSettings): PageClient {
  const clientSecret = secretIn(reading, 'ASSAY_BOT_CLIENT_SECRET', 'make one on the page of the App')
  if (/^\d+$/.test(appId))
    reading.wrong('ASSAY_BOT_APP_ID', 'is not the client id', 'people sign in by that: it begins with `Iv`')
  return { clientId: appId, clientSecret: clientSecret ?? '' }
}

function gitlabClient(reading: Reading): PageClient {
  const name = 'ASSAY_BOT_GITLAB_CLIENT_ID'
  const clientId = reading.given(name)
  const fix = 'it stands on the page of the application'
  if (clientId === undefined) reading.wrong(name, 'is not set', fix)
  else if (!/^[\w.-]{1,200}$/.test(clientId)) reading.wrong(name, 'is no id of an application', fix)
  const clientSecret = secretIn(reading, 'ASSAY_BOT_GITLAB_CLIENT_SECRET', fix)
  return { clientId: clientId ?? '', clientSecret: clientSecret ?? '' }
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
