import type { CiFacts } from '../src/ci/ci.ts'
import type { Context } from '../src/commands/context.ts'

/**
 * The forge that the environment gives a token for. The client is loaded only when there is one: most local runs need none.
 */
export async function connect(
  env: Readonly<Record<string, string | undefined>>,
  ci: CiFacts,
): Promise<Pick<Context, 'forge' | 'forgeMissing'>> {
  const token = env.ASSAY_TOKEN ?? env.GITHUB_TOKEN ?? env.GH_TOKEN
  const repository = ci.repository
  if (repository === undefined)
    return { forgeMissing: 'this is no CI run that Assay knows, so nothing is posted' }
  if (ci.forge === undefined)
    return {
      forgeMissing: `${ci.name} does not say which forge ${ci.serverUrl ?? 'this'} is: set ASSAY_FORGE to github or gitlab`,
    }
  if (ci.forge !== undefined && ci.forge !== 'github')
    return {
      forgeMissing: `posting to ${ci.forge} is not built yet: the verdict is in the log and the output folder`,
    }
  if (!token)
    return { forgeMissing: 'there is no token: set ASSAY_TOKEN (or GITHUB_TOKEN) to post comment and check' }
  const [{ githubClient }, { githubForge }] = await Promise.all([
    import('../src/forges/github-client.ts'),
    import('../src/forges/github.ts'),
  ])
  return { forge: githubForge(githubClient({ token, apiUrl: ci.apiUrl, env }), repository) }
}
