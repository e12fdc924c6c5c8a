import { createPrivateKey } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { AssayError, type Problem } from '../src/core/errors/errors.ts'
import { parseApiUrl } from '../src/forges/http/api-url.ts'
import type { Variable } from './variables.ts'
import { weakness } from './weak-secrets.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What the bot is started with. A half whose settings are absent is off. */
export interface Settings {
  github?: GithubSettings
  host: string
  port: number
  /** Absent: no metrics. */
  metricsPort?: number
  /** What a person should know although it starts. */
  warnings: string[]
}

export interface GithubSettings {
  /** App id or client id. */
  appId: string
  privateKey: string
  secrets: string[]
  apiUrl: string
  serverUrl: string
}

/**
 * Reads the settings from the environment.
 *
 * @throws AssayError `BOT_SETTINGS` with all that is missing, weak or wrong; no value is in it
 */
export function readSettings(env: Environment): Settings {
  const problems: Problem[] = []
  const warnings: string[] = []
  const wrong = (name: Variable, what: string, fix: string) => {
    problems.push({ what: `${name} ${what}`, fix })
    return undefined
  }
  const given = (name: Variable) => env[name]?.trim() || undefined
  const settings: Settings = {
    host: given('HOST') ?? '0.0.0.0',
    port: portOf('PORT') ?? 3000,
    warnings,
  }
  const metricsPort = portOf('METRICS_PORT')
  if (metricsPort !== undefined) settings.metricsPort = metricsPort
  if (metricsPort !== undefined && metricsPort !== 0 && metricsPort === settings.port)
    wrong('METRICS_PORT', 'is that of the hooks', 'choose another: the metrics are for nobody outside')
  if (GITHUB.some(given)) settings.github = github()
  else
    problems.push({
      what: 'nothing is configured that the bot could serve',
      fix: 'set ASSAY_BOT_APP_ID, ASSAY_BOT_PRIVATE_KEY (or ASSAY_BOT_PRIVATE_KEY_FILE) and ASSAY_BOT_WEBHOOK_SECRET; docs/bot.md says where they come from',
    })
  if (problems.length === 0) return settings
  throw new AssayError({
    code: 'BOT_SETTINGS',
    title: 'The bot does not start with these settings',
    problems,
  })

  function github(): GithubSettings {
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
    if (given('ASSAY_BOT_WEBHOOK_SECRET') === undefined)
      wrong('ASSAY_BOT_WEBHOOK_SECRET', 'is not set', STRONG)
    const apiUrl = addressOf('ASSAY_BOT_GITHUB_API_URL') ?? 'https://api.github.com'
    const serverUrl = addressOf('ASSAY_BOT_GITHUB_URL') ?? pagesOf(apiUrl)
    return { appId: appId ?? '', privateKey: privateKey() ?? '', secrets, apiUrl, serverUrl }
  }

  function privateKey(): string | undefined {
    const file = given('ASSAY_BOT_PRIVATE_KEY_FILE')
    const name = file === undefined ? 'ASSAY_BOT_PRIVATE_KEY' : 'ASSAY_BOT_PRIVATE_KEY_FILE'
    if (file !== undefined && given('ASSAY_BOT_PRIVATE_KEY') !== undefined)
      return wrong('ASSAY_BOT_PRIVATE_KEY', 'is set, and so is ASSAY_BOT_PRIVATE_KEY_FILE', 'set one of them')
    const text = file === undefined ? given('ASSAY_BOT_PRIVATE_KEY') : readKey(file)
    if (text === undefined) return wrong(name, file === undefined ? 'is not set' : 'cannot be read', KEY)
    const pem = text.replaceAll('\\n', '\n')
    if (!isPrivateKey(pem)) return wrong(name, 'is no RSA key in PEM', KEY)
    return pem
  }

  function readKey(file: string): string | undefined {
    try {
      if ((statSync(file).mode & 0o077) !== 0)
        warnings.push(
          'others than the bot may read the file of ASSAY_BOT_PRIVATE_KEY_FILE: give it mode 0600',
        )
      return readFileSync(file, 'utf8')
    } catch {
      return undefined
    }
  }

  function portOf(name: Variable): number | undefined {
    const text = given(name)
    if (text === undefined) return undefined
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
    return wrong(name, 'is no port', 'a number from 0 to 65535')
  }

  function addressOf(name: Variable): string | undefined {
    const text = given(name)
    if (text === undefined) return undefined
    try {
      return parseApiUrl(text, 'https://github.example.com/api/v3').href.replace(/\/+$/, '')
    } catch {
      return wrong(name, 'is no web address', 'write it like https://github.example.com/api/v3')
    }
  }
}

// --- internal ---

const GITHUB: Variable[] = [
  'ASSAY_BOT_APP_ID',
  'ASSAY_BOT_PRIVATE_KEY',
  'ASSAY_BOT_PRIVATE_KEY_FILE',
  'ASSAY_BOT_WEBHOOK_SECRET',
]
const STRONG = 'make one, for example with `openssl rand -hex 32`, and give it to both sides'
const KEY = 'give the whole file that GitHub made, with its first and last line'

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
