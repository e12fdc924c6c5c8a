import type { AccountConnection } from '../src/forges/connection.ts'
import { FORGES, type ForgeName } from '../src/forges/index.ts'
import type { SeenRepository } from '../src/forges/survey.ts'
import { hookSettings } from './heal/hook-settings.ts'
import { notInstalled, type OpenOptions, type Ways } from './way.ts'

/**
 * The way where the bot is a user: what it may is what its token and its role say, and a call says what is missing.
 */
export function tokenWays(
  forge: ForgeName,
  { token, apiUrl, serverUrl }: { token: string; apiUrl: string; serverUrl: string },
  { env, now, safety, queueOf }: OpenOptions,
): Ways {
  const given = { token, apiUrl, env }
  let connected: AccountConnection | undefined
  /** Where there is something to hear of, by the last survey. */
  let heardOf: string[] = []
  let surveyed: Promise<unknown> = Promise.resolve()

  async function account(): Promise<AccountConnection> {
    const { connectAccount } = await FORGES[forge].load()
    if (!connectAccount) throw noUser(forge)
    connected ??= connectAccount({ ...given, now, ...(safety && { safety }) })
    return connected
  }

  return {
    async open(repository, _, priority) {
      const { connectRepository } = await FORGES[forge].load()
      if (!connectRepository) throw noUser(forge)
      const pace = queueOf(repository, priority)
      return connectRepository({ ...given, repository, serverUrl, safety: { ...safety, pace } })
    },
    survey(question, isFull) {
      const surveying = account().then(async one => {
        const found = await one.survey(question, isFull)
        heardOf = namesOf(found.repositories)
        return found
      })
      surveyed = Promise.allSettled([surveying])
      return surveying
    },
    async wrongSettings() {
      const there = await account()
      await surveyed
      return hookSettings(forge, await there.hooks(heardOf))
    },
    forget() {},
    forgetAll() {},
  }
}

// --- internal ---

/** A repository with none of the files has nothing to look at. */
function namesOf(repositories: readonly SeenRepository[]): string[] {
  return repositories.filter(({ files }) => files.size > 0).map(({ name }) => name)
}

function noUser(forge: ForgeName) {
  return notInstalled(`the bot is no user of ${FORGES[forge].host}`, 'docs/bot.md says what it takes there')
}
