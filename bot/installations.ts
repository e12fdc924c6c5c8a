import type { Permissions, Rights } from '../src/commands/bot/world.ts'
import type { AssayError } from '../src/core/errors/errors.ts'
import { attemptsSince, deliverAgain } from '../src/forges/github/app/deliveries.ts'
import { appSettings } from '../src/forges/github/app/settings.ts'
import { githubApp, type Installation } from '../src/forges/github/app.ts'
import { connectWith } from '../src/forges/github/connect.ts'
import { wrongSettings } from './heal/app-settings.ts'
import { githubSurvey } from './heal/github-survey.ts'
import { GITHUB_EVENTS } from './hooks/github-events.ts'
import type { GithubSettings } from './settings/github.ts'
import { botRefused, notInstalled, type OpenOptions, type Ways } from './way.ts'

/**
 * The way to the repositories that the App is installed on. A token is for one repository and for what the look needs; the
 * writes of one account wait for each other.
 */
export function githubInstallations(
  settings: GithubSettings,
  { env, now, safety, queueOf, warn }: OpenOptions,
): Ways {
  const { appId, privateKey, apiUrl, serverUrl } = settings
  const onSkew = (milliseconds: number) =>
    warn(`the clock of this machine is ${seconds(milliseconds)}: that of the server is used; set it right`)
  const app = githubApp({ clientId: appId, privateKey }, { apiUrl, env, onSkew, ...(safety && { safety }) })
  const known = new Map<string, { installation: Installation; at: number }>()

  async function installationOf(name: string): Promise<Installation> {
    const last = known.get(name)
    if (last && now() - last.at < KNOWN_MS) return last.installation
    const installation = await app.installationOf(name)
    if (!installation)
      throw notInstalled(
        `the App is not installed on ${name}`,
        'install it there, or add the repository to its installation',
      )
    if (installation.suspended) throw isSuspended(name)
    known.set(name, { installation, at: now() })
    return installation
  }

  const surveys = githubSurvey(app, {
    apiUrl,
    env,
    ...(safety && { safety }),
    onListed(installation, names) {
      for (const name of names) known.set(name, { installation, at: now() })
    },
  })

  return {
    async open(name, rights, priority) {
      const installation = await installationOf(name)
      const permissions = allowed(name, rights, installation.permissions)
      const tokens = app.tokens(installation, { repository: name, permissions })
      const pace = queueOf(name, priority)
      const { account } = installation
      return connectWith(tokens, {
        repository: name,
        apiUrl,
        serverUrl,
        env,
        safety: { ...safety, pace },
        ...(account !== undefined && { account }),
      })
    },
    forget: name => void known.delete(name),
    forgetAll() {
      known.clear()
      surveys.forget()
    },
    survey: surveys.survey,
    wrongSettings: async () => wrongSettings(await appSettings(app)),
    deliveries: {
      async since(time) {
        const { attempts, isCut } = await attemptsSince(app, time)
        return { attempts: attempts.filter(({ event }) => Object.hasOwn(GITHUB_EVENTS, event)), isCut }
      },
      again: id => deliverAgain(app, id),
    },
  }
}

// --- internal ---

/** Milliseconds for which an installation is taken to be as it was. */
const KNOWN_MS = 300_000

function seconds(skew: number): string {
  return `${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? 'behind' : 'ahead of'} GitHub's`
}

/** What is granted of what is asked for. @throws AssayError `BOT_NO_PERMISSION` naming all that is missing */
function allowed(name: string, { needs, uses = {} }: Rights, granted: Permissions): Permissions {
  const missing = Object.entries(needs).filter(([permission, level]) => !has(granted, permission, level))
  if (missing.length > 0)
    throw botRefused(
      'BOT_NO_PERMISSION',
      missing.map(([permission, level]) => ({
        what: `the App has no permission \`${permission}: ${level}\` on ${name}`,
        fix: 'grant it in the settings of the App, then accept it in those of its installation',
      })),
    )
  const used = Object.entries(uses).filter(([permission, level]) => has(granted, permission, level))
  return { ...needs, ...Object.fromEntries(used) }
}

function has(granted: Permissions, permission: string, level: 'read' | 'write'): boolean {
  const given = granted[permission]
  return given === 'write' || given === level
}

function isSuspended(name: string): AssayError {
  return botRefused('BOT_SUSPENDED', [
    {
      what: `the installation of the App on ${name} is suspended`,
      fix: 'whoever suspended it can end that, in its settings',
    },
  ])
}
