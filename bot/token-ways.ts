import type { RepositoryName } from '../src/commands/bot/keys.ts'
import { CONFIG_FILE } from '../src/core/text/names.ts'
import type { AccountConnection } from '../src/forges/connection.ts'
import { FORGES, type ForgeName } from '../src/forges/index.ts'
import type { SeenRepository } from '../src/forges/survey.ts'
import type { WrongSetting } from './heal/app-settings.ts'
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
  /** Where there is something to look at, by the last survey. */
  let seen: SeenRepository[] = []
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
      return connectRepository({
        ...given,
        repository,
        serverUrl,
        safety: { ...safety, pace },
        keeper: given,
      })
    },
    survey(question, isFull) {
      const surveying = account().then(async one => {
        const found = await one.survey(question, isFull)
        // A repository with none of the files has nothing to look at.
        seen = found.repositories.filter(({ files }) => files.size > 0)
        return found
      })
      surveyed = Promise.allSettled([surveying])
      return surveying
    },
    async wrongSettings() {
      const there = await account()
      await surveyed
      const maintained = new Set(await there.maintained())
      const trained = seen.filter(({ name, files }) => files.has(CONFIG_FILE) && maintained.has(name))
      return [
        ...hookSettings(forge, await there.hooks(seen.map(({ name }) => name))),
        ...trained.map(({ name }) => tooMuch({ forge, name })),
      ]
    },
    forget() {},
    forgetAll() {},
  }
}

// --- internal ---

/** Of a repository in which the bot may do more than it needs. */
function tooMuch(repository: RepositoryName): WrongSetting {
  return {
    what: `the bot maintains ${repository.name}, where a developer’s role is enough`,
    fix: 'give it the role Developer there: a pipeline that it begins may do all that it may; until then `/assay reweigh` is refused to developers',
    repository,
  }
}

function noUser(forge: ForgeName) {
  return notInstalled(`the bot is no user of ${FORGES[forge].host}`, 'docs/bot.md says what it takes there')
}
