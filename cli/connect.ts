import type { CiFacts } from '../src/ci/ci.ts'
import type { Context } from '../src/commands/command/context.ts'
import { FORGE_NAMES, FORGES, tokenIn } from '../src/forges/index.ts'

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
  // GitHub itself gives the run of a fork a token that only reads; what posts for forks there runs none of their code.
  if (ci.fromFork && ci.name !== 'GitHub Actions') return { forgeMissing: FORK }
  const { tokens, writes, load } = FORGES[ci.forge]
  const token = tokenIn(env, ci.forge)
  if (!token)
    return { forgeMissing: `there is no token: set ASSAY_TOKEN (or ${tokens[0]}) to post ${writes}` }
  const { connectForge } = await load()
  return { forge: connectForge({ token, repository, apiUrl: ci.apiUrl, env }) }
}

// --- internal ---

/** Also where a member has run the pipeline in the parent project: it is the fork's code that would see the token. */
const FORK =
  'this merge request comes from a fork, whose code runs in this job: Assay uses no token here. The verdict is in the log of the job and the output folder; for a note and a status, somebody who has read the code pushes the branch to the project itself, where its own pipeline runs'
