import { STRONG, weakness } from '../../src/core/secrets/weak-secrets.ts'
import type { Reading } from './reading.ts'
import { type SignInSettings, secretIn } from './sign-in.ts'
import type { Variable } from './variables.ts'

export interface GitlabSettings {
  serverUrl: string
  apiUrl: string
  token: string
  hooks: GitlabHookSecret
}

/** How its hooks are known to be its own: by their signature, or by a token where the server signs none yet. */
export type GitlabHookSecret = { signing: Buffer } | { token: string }

/** Undefined where nothing of GitLab is set; where something is, all of it must be. */
export function readGitlab(reading: Reading): GitlabSettings | undefined {
  const { given, wrong, address } = reading
  if (!OWN.some(name => given(name) !== undefined)) return undefined
  const serverUrl = address('ASSAY_BOT_GITLAB_URL', 'https://gitlab.example.com') ?? 'https://gitlab.com'
  const token = given('ASSAY_BOT_GITLAB_TOKEN')
  if (token === undefined)
    wrong('ASSAY_BOT_GITLAB_TOKEN', 'is not set', 'make a group access token with the scope `api`')
  return {
    serverUrl,
    apiUrl: `${serverUrl}/api/v4`,
    token: token ?? '',
    hooks: hookSecret(reading) ?? { token: '' },
  }
}

export const GITLAB_SIGN_IN: SignInSettings<GitlabSettings> = {
  variables: ['ASSAY_BOT_GITLAB_CLIENT_ID', 'ASSAY_BOT_GITLAB_CLIENT_SECRET'],
  off: {
    what: 'is set, and nothing else of GitLab is',
    fix: 'the page shows what people may see on GitLab: set up the bot there first',
  },
  client(reading) {
    const name = 'ASSAY_BOT_GITLAB_CLIENT_ID'
    const clientId = reading.given(name)
    const fix = 'it stands on the page of the application'
    if (clientId === undefined) reading.wrong(name, 'is not set', fix)
    else if (!/^[\w.-]{1,200}$/.test(clientId)) reading.wrong(name, 'is no id of an application', fix)
    const clientSecret = secretIn(reading, 'ASSAY_BOT_GITLAB_CLIENT_SECRET', fix)
    return { clientId: clientId ?? '', clientSecret: clientSecret ?? '' }
  },
}

// --- internal ---

const OWN: Variable[] = [
  'ASSAY_BOT_GITLAB_URL',
  'ASSAY_BOT_GITLAB_TOKEN',
  'ASSAY_BOT_GITLAB_SIGNING_TOKEN',
  'ASSAY_BOT_GITLAB_HOOK_TOKEN',
]
/** Bytes of a key for signatures: that of the hash, at which GitLab makes them. */
const KEY_BYTES = 32

function hookSecret({ given, wrong, warn }: Reading): GitlabHookSecret | undefined {
  const signing = given('ASSAY_BOT_GITLAB_SIGNING_TOKEN')
  const token = given('ASSAY_BOT_GITLAB_HOOK_TOKEN')
  if (signing !== undefined) {
    if (token !== undefined)
      warn(
        'ASSAY_BOT_GITLAB_HOOK_TOKEN is not used: where there is a signing token, every hook has to be signed',
      )
    const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(signing) ?? []
    const key = Buffer.from(encoded, 'base64')
    if (key.length >= KEY_BYTES) return { signing: key }
    return wrong(
      'ASSAY_BOT_GITLAB_SIGNING_TOKEN',
      'is no signing token',
      'copy it whole from the hook when it is made: it begins with `whsec_`',
    )
  }
  if (token === undefined)
    return wrong(
      'ASSAY_BOT_GITLAB_SIGNING_TOKEN',
      'is not set',
      'copy it from the hook; where GitLab is older than 19.0, set ASSAY_BOT_GITLAB_HOOK_TOKEN to its secret token',
    )
  const why = weakness(token)
  return why === undefined ? { token } : wrong('ASSAY_BOT_GITLAB_HOOK_TOKEN', why, STRONG)
}
