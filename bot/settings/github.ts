import { createPrivateKey } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { STRONG, weakness } from '../../src/core/secrets/weak-secrets.ts'
import type { Reading } from './reading.ts'
import { type SignInSettings, secretIn } from './sign-in.ts'
import type { Variable } from './variables.ts'

export interface GithubSettings {
  /** App id or client id. */
  appId: string
  privateKey: string
  secrets: string[]
  apiUrl: string
  serverUrl: string
}

/** Undefined where nothing of the App is set; where something is, all of it must be. */
export function readGithub(reading: Reading): GithubSettings | undefined {
  const { given, wrong, address } = reading
  if (!OWN.some(name => given(name) !== undefined)) return undefined
  const appId = given('ASSAY_BOT_APP_ID')
  if (appId === undefined) wrong('ASSAY_BOT_APP_ID', 'is not set', 'it stands on the page of the App')
  else if (!/^[\w.-]{1,64}$/.test(appId))
    wrong('ASSAY_BOT_APP_ID', 'is neither an app id nor a client id', 'copy it from the page of the App')
  const secrets = (['ASSAY_BOT_WEBHOOK_SECRET', 'ASSAY_BOT_WEBHOOK_SECRET_2'] as const).flatMap(name => {
    const secret = given(name)
    if (secret === undefined) return []
    const why = weakness(secret)
    if (why !== undefined) wrong(name, why, STRONG)
    return [secret]
  })
  if (given('ASSAY_BOT_WEBHOOK_SECRET') === undefined) wrong('ASSAY_BOT_WEBHOOK_SECRET', 'is not set', STRONG)
  const apiUrl =
    address('ASSAY_BOT_GITHUB_API_URL', 'https://github.example.com/api/v3') ?? 'https://api.github.com'
  const serverUrl = address('ASSAY_BOT_GITHUB_URL', 'https://github.example.com') ?? pagesOf(apiUrl)
  return { appId: appId ?? '', privateKey: privateKey(reading) ?? '', secrets, apiUrl, serverUrl }
}

export const GITHUB_SIGN_IN: SignInSettings<GithubSettings> = {
  variables: ['ASSAY_BOT_CLIENT_SECRET'],
  off: {
    what: 'is set, and nothing of the App is',
    fix: 'the page shows what people may see on GitHub: set the App up first',
  },
  client(reading, { appId }) {
    const clientSecret = secretIn(reading, 'ASSAY_BOT_CLIENT_SECRET', 'make one on the page of the App')
    if (/^\d+$/.test(appId))
      reading.wrong('ASSAY_BOT_APP_ID', 'is not the client id', 'people sign in by that: it begins with `Iv`')
    return { clientId: appId, clientSecret: clientSecret ?? '' }
  },
}

// --- internal ---

const OWN: Variable[] = [
  'ASSAY_BOT_APP_ID',
  'ASSAY_BOT_PRIVATE_KEY',
  'ASSAY_BOT_PRIVATE_KEY_FILE',
  'ASSAY_BOT_WEBHOOK_SECRET',
]
const KEY = 'give the whole file that GitHub made, with its first and last line'

function privateKey({ given, wrong, warn }: Reading): string | undefined {
  const file = given('ASSAY_BOT_PRIVATE_KEY_FILE')
  const name = file === undefined ? 'ASSAY_BOT_PRIVATE_KEY' : 'ASSAY_BOT_PRIVATE_KEY_FILE'
  if (file !== undefined && given('ASSAY_BOT_PRIVATE_KEY') !== undefined)
    return wrong('ASSAY_BOT_PRIVATE_KEY', 'is set, and so is ASSAY_BOT_PRIVATE_KEY_FILE', 'set one of them')
  const text = file === undefined ? given('ASSAY_BOT_PRIVATE_KEY') : readKey(file, warn)
  if (text === undefined) return wrong(name, file === undefined ? 'is not set' : 'cannot be read', KEY)
  const pem = text.replaceAll('\\n', '\n')
  return isPrivateKey(pem) ? pem : wrong(name, 'is no RSA key in PEM', KEY)
}

function readKey(file: string, warn: Reading['warn']): string | undefined {
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      warn('others than the bot may read the file of ASSAY_BOT_PRIVATE_KEY_FILE: give it mode 0600')
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

/** The pages of the server whose API it is. */
function pagesOf(apiUrl: string): string {
  const { origin, hostname } = new URL(apiUrl)
  return hostname === 'api.github.com' ? 'https://github.com' : origin
}
