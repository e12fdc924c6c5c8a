import { isAssayError } from '../../src/core/errors/errors.ts'
import { isForgeError } from '../../src/forges/forge-error.ts'
import { surveyRepositories } from '../../src/forges/github/app/survey.ts'
import type { MayAsk } from '../../src/forges/github/app/survey-query.ts'
import type { GithubApp, Installation } from '../../src/forges/github/app.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import type { Safety } from '../../src/forges/http/safe-calls.ts'
import type { Survey, SurveyQuestion } from '../../src/forges/survey.ts'
import type { Surveyor } from './surveys.ts'

export interface InstallationSurveyOptions {
  apiUrl: string
  env: Readonly<Record<string, string | undefined>>
  safety?: Safety
  /** Told of each installation and its repositories when they are listed. */
  onListed(installation: Installation, repositories: readonly string[]): void
}

/**
 * Surveys of all that an App is installed on, an installation after the other, with tokens that only read. Where a fifth of the
 * calls of an hour is left, it is kept for people and events.
 *
 * @returns also `forget`: which repositories there are may have changed
 */
export function githubSurvey(
  app: GithubApp,
  { apiUrl, env, safety, onListed }: InstallationSurveyOptions,
): { survey: Surveyor['survey']; forget(): void } {
  const clients = new Map<string, ReturnType<typeof githubClient>>()
  let listed: { installation: Installation; names: string[] }[] | undefined

  async function list() {
    const all = (await app.installations()).filter(one => !one.suspended)
    const found = await Promise.all(
      all.map(async installation => ({ installation, names: await app.repositories(installation) })),
    )
    for (const { installation, names } of found) onListed(installation, names)
    return found
  }

  function clientOf(installation: Installation) {
    const permissions = readable(installation)
    const name = JSON.stringify([installation.id, permissions])
    const client =
      clients.get(name) ??
      // It writes nothing: no account waits for it.
      githubClient({
        token: app.tokens(installation, { permissions }),
        apiUrl,
        env,
        safety: { ...safety, pace: async () => {} },
      })
    clients.set(name, client)
    return client
  }

  async function ofInstallation(
    { installation, names }: { installation: Installation; names: string[] },
    question: SurveyQuestion,
  ): Promise<Survey | 'spared'> {
    const { appId, slug = '' } = installation
    const client = clientOf(installation)
    try {
      if (await isScarce(client)) return 'spared'
      return await surveyRepositories(client.graphql, names, question, {
        app: appId,
        slug,
        may: mayOf(installation),
      })
    } catch (error) {
      if (isForgeError(error, 'FORGE_RATE_LIMITED')) return 'spared'
      if (!isAssayError(error)) throw error
      return { repositories: [], unseen: names }
    }
  }

  return {
    forget() {
      listed = undefined
    },
    async survey(question, isFull) {
      if (isFull) listed = undefined
      listed ??= await list()
      const all = { repositories: [], unseen: [], spared: 0 } as Awaited<ReturnType<Surveyor['survey']>>
      for (const one of listed) {
        const found = await ofInstallation(one, question)
        if (found === 'spared') all.spared++
        else {
          all.repositories.push(...found.repositories)
          all.unseen.push(...found.unseen)
        }
      }
      return all
    },
  }
}

// --- internal ---

/** What is left for people and events. */
const KEPT_SHARE = 0.2
const READ = ['contents', 'pull_requests', 'checks', 'statuses', 'actions']

function readable({ permissions }: Installation): Record<string, 'read'> {
  return Object.fromEntries(READ.filter(name => permissions[name]).map(name => [name, 'read']))
}

function mayOf({ permissions: { checks, statuses, actions } }: Installation): MayAsk {
  return { checks: checks !== undefined && statuses !== undefined, runs: actions !== undefined }
}

/** Asking that takes nothing of the hour. A server that counts nothing does not know it. */
async function isScarce({ rest }: ReturnType<typeof githubClient>): Promise<boolean> {
  try {
    const { core, graphql } = (await rest.rateLimit.get()).data.resources
    return [core, graphql].some(one => one !== undefined && one.remaining < one.limit * KEPT_SHARE)
  } catch (error) {
    if (isForgeError(error, 'FORGE_NOT_FOUND')) return false
    throw error
  }
}
