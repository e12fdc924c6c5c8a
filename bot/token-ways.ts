import { FORGES, type ForgeName } from '../src/forges/index.ts'
import { notInstalled, type OpenOptions, type Ways } from './way.ts'

/**
 * The way where the bot is a user: what it may is what its token and its role say, and a call says what is missing.
 */
export function tokenWays(
  forge: ForgeName,
  { token, apiUrl, serverUrl }: { token: string; apiUrl: string; serverUrl: string },
  { env, safety, queueOf }: OpenOptions,
): Ways {
  const given = { token, apiUrl, env }
  return {
    async open(repository, _, priority) {
      const { connectRepository } = await FORGES[forge].load()
      if (!connectRepository) throw noUser(forge)
      const pace = queueOf(repository, priority)
      return connectRepository({ ...given, repository, serverUrl, safety: { ...safety, pace } })
    },
    async repositories() {
      const { listRepositories } = await FORGES[forge].load()
      if (!listRepositories) throw noUser(forge)
      return listRepositories({ ...given, ...(safety && { safety }) })
    },
    forget() {},
    forgetAll() {},
  }
}

// --- internal ---

function noUser(forge: ForgeName) {
  return notInstalled(`the bot is no user of ${FORGES[forge].host}`, 'docs/bot.md says what it takes there')
}
