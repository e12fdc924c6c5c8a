import type { ForgeConnects, GitConnects } from './connection.ts'

/** Forges with an API and pull requests: each a folder beside this file and a row below. */
export type ForgeName = 'github' | 'gitlab'

/** What things are called there, with a small letter. */
export interface ForgeWords {
  pullRequest: string
  repository: string
  /** What Assay writes there with a token. */
  comment: string
  check: string
}

/** What is known of a forge before anything of it is loaded. */
interface ForgeRow {
  /** Its name as people write it. */
  title: string
  /** Variables that may hold its token. The first that is set counts, and ASSAY_TOKEN before them. */
  tokens: readonly [string, ...string[]]
  /** Names that git sends with the token of a variable, where not any name does. */
  users?: Readonly<Record<string, string>>
  words: ForgeWords
  /** Its host for everybody. One's own is called anything. */
  host: string
  /** Address of the API, from that of its pages. */
  apiUrl: (server: URL) => string
  /** What stands before the number in the address of a pull request. */
  pullRequests: string
  /** Where `CODEOWNERS` may lie: the first that is there counts, by the forge's own documentation. */
  codeowners: readonly string[]
  load: () => Promise<ForgeConnects>
}

export const FORGES: Record<ForgeName, ForgeRow> = {
  github: {
    title: 'GitHub',
    tokens: ['GITHUB_TOKEN', 'GH_TOKEN'],
    words: { pullRequest: 'pull request', repository: 'repository', comment: 'comment', check: 'check' },
    host: 'github.com',
    apiUrl: ({ hostname, origin }) =>
      hostname === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`,
    pullRequests: 'pull',
    // https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-file-location
    codeowners: ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'],
    load: () => import('./github/connect.ts'),
  },
  gitlab: {
    title: 'GitLab',
    tokens: ['GITLAB_TOKEN', 'CI_JOB_TOKEN'],
    // https://docs.gitlab.com/ci/jobs/ci_job_token/
    users: { CI_JOB_TOKEN: 'gitlab-ci-token' },
    words: { pullRequest: 'merge request', repository: 'project', comment: 'note', check: 'status' },
    host: 'gitlab.com',
    apiUrl: ({ origin }) => `${origin}/api/v4`,
    pullRequests: 'merge_requests',
    // https://docs.gitlab.com/user/project/codeowners/
    codeowners: ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'],
    load: () => import('./gitlab/connect.ts'),
  },
}

/** Any git server. It has neither API nor pull requests, so no run is on it: it is met as a deploy repository alone. */
export const PLAIN_GIT: { load: () => Promise<GitConnects> } = { load: () => import('./git/connect.ts') }

/** The forge of a repository where nothing says which: on a laptop. */
export const USUAL_FORGE: ForgeName = 'github'

export const FORGE_NAMES = Object.keys(FORGES) as ForgeName[]

/** The token that the environment has for a forge. A variable that is protected or not set may also be there and empty. */
export function tokenIn(
  env: Readonly<Record<string, string | undefined>>,
  forge: ForgeName,
): string | undefined {
  return ['ASSAY_TOKEN', ...FORGES[forge].tokens].map(name => env[name]).find(value => value)
}

/** The same for git, which sends a name with it; undefined where any name does. */
export function gitTokenIn(
  env: Readonly<Record<string, string | undefined>>,
  forge: ForgeName,
): { token: string; user?: string } | undefined {
  const token = tokenIn(env, forge)
  if (token === undefined) return undefined
  // The token of a variable may also stand in another one.
  const user = Object.entries(FORGES[forge].users ?? {}).find(([name]) => env[name] === token)?.[1]
  return { token, ...(user !== undefined && { user }) }
}
