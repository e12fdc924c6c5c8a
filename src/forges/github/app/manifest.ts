import { AssayError } from '../../../core/errors/errors.ts'
import type { Environment } from '../../http/proxy.ts'
import type { Safety } from '../../http/safe-calls.ts'
import { githubClient } from '../client.ts'

/** What GitHub tells once of an App that was made of a manifest. */
export interface MadeApp {
  /** Its page on the forge. */
  url: string
  clientId: string
  clientSecret: string
  webhookSecret: string
  /** PEM. */
  privateKey: string
}

/**
 * What the code buys that a browser brought back after its person made an App of a manifest: once, and within an hour.
 * https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 *
 * @throws AssayError `BOT_SETUP` where the answer lacks something, without a word of it; those of the forge
 */
export async function appOfCode(
  code: string,
  { apiUrl, env, safety }: { apiUrl: string; env: Environment; safety?: Safety },
): Promise<MadeApp> {
  const client = githubClient({ token: undefined, apiUrl, env, ...(safety && { safety }) })
  const { data } = await client.rest.apps.createFromManifest({ code })
  // One line each in the file that they go to: what holds a line end could say something else there.
  const wrong = SHAPES.filter(([name, shape]) => !shape.test(String(data[name] ?? '')))
  if (wrong.length > 0)
    throw new AssayError({
      code: 'BOT_SETUP',
      title: 'GitHub made the App and did not tell all of it',
      problems: wrong.map(([name]) => ({
        what: `\`${name}\` is not there, or is no such thing`,
        fix: 'delete the App in its settings and begin anew',
      })),
    })
  return {
    url: data.html_url,
    clientId: data.client_id,
    clientSecret: data.client_secret,
    webhookSecret: data.webhook_secret!,
    privateKey: data.pem,
  }
}

// --- internal ---

const ONE_LINE = /^[\x21-\x7e]+$/
const SHAPES = [
  ['html_url', /^https?:\/\/[\x21-\x7e]+$/],
  ['client_id', /^[\w.-]{1,64}$/],
  ['client_secret', ONE_LINE],
  ['webhook_secret', ONE_LINE],
  ['pem', /^-----BEGIN [A-Z ]+-----\n[\w+/=\n]+-----END [A-Z ]+-----\n?$/],
] as const
