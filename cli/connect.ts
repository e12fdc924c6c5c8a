import type { CiFacts } from '../src/ci/ci.ts'
import type { Context } from '../src/commands/command/context.ts'
import { FORGE_NAMES, FORGES, type ForgeWords, tokenIn } from '../src/forges/index.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Connection = Pick<Context, 'forge' | 'forgeMissing'>

/**
 * The forge that the environment gives a token for. The client is loaded only when there is one: most local runs need none.
 */
export async function connect(env: Environment, ci: CiFacts): Promise<Connection> {
  const repository = ci.repository
  if (repository === undefined)
    return { forgeMissing: 'this is no CI run that Assay knows, so nothing is posted' }
  if (ci.forge === undefined)
    return {
      forgeMissing: `${ci.name} does not say which forge ${ci.serverUrl ?? 'this'} is: set ASSAY_FORGE to ${FORGE_NAMES.join(' or ')}`,
    }
  const { tokens, words, load } = FORGES[ci.forge]
  if (ci.fromFork && !ci.forkTokenReadsOnly) return { forgeMissing: ofFork(words) }
  const token = tokenIn(env, ci.forge)
  if (!token)
    return {
      forgeMissing: `there is no token: set ASSAY_TOKEN (or ${tokens[0]}) to post ${words.comment} and ${words.check}`,
    }
  const { connectForge } = await load()
  return { forge: connectForge({ token, repository, apiUrl: ci.apiUrl, env }) }
}

// --- internal ---

/** Also where a member has run the pipeline in the parent project: it is the fork's code that would see the token. */
function ofFork({ pullRequest, repository, comment, check }: ForgeWords): string {
  return `this ${pullRequest} comes from a fork, whose code runs in this job: Assay uses no token here. The verdict is in the log of the job and the output folder; for a ${comment} and a ${check}, somebody who has read the code pushes the branch to the ${repository} itself, where its own pipeline runs`
}
