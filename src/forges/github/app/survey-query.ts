/** A query over several repositories, and its variables: names travel as these, never in its text. */
export interface BatchQuery {
  query: string
  variables: Record<string, string | number>
}

/** What the token of a survey may ask about besides code and pull requests. */
export interface MayAsk {
  checks: boolean
  runs: boolean
}

/** Repositories in brief. GitHub counts a point for a hundred lists: here are two a repository, and none in a list. */
export function briefQuery(
  names: readonly string[],
  { files, prefix, may, pulls }: { files: readonly string[]; prefix: string; may: MayAsk; pulls: number },
): BatchQuery {
  const variables: BatchQuery['variables'] = belowOf(prefix)
  for (const [index, file] of files.entries()) variables[`f${index}`] = `HEAD:${file}`
  const asked = names.map((name, index) => repositoryQuery(name, index, variables, '...Brief'))
  const declared = ['$refs: String!', '$branches: String!', ...files.map((_, index) => `$f${index}: String!`)]
  const query = `query Survey(${[...declared, ...declaredOf(names)].join(', ')}) {
  ${asked.join('\n  ')}
}
fragment Brief on Repository {
  defaultBranchRef { name target { oid ... on Commit { committedDate } } }
  ${files.map((_, index) => `f${index}: object(expression: $f${index}) { oid }`).join('\n  ')}
  refs(refPrefix: $refs, query: $branches, first: 20) { ...Branches }
  pullRequests(first: ${pulls}, orderBy: { field: UPDATED_AT, direction: DESC }) {
    nodes { number state updatedAt headRefName headRefOid baseRefName isCrossRepository${may.checks ? ' statusCheckRollup { state }' : ''} }
  }
}${BRANCHES}`
  return { query, variables }
}

/** The next hundred branches of repositories. */
export function branchesQuery(
  repositories: readonly { name: string; after: string }[],
  prefix: string,
): BatchQuery {
  const variables: BatchQuery['variables'] = belowOf(prefix)
  const asked = repositories.map(({ name, after }, index) => {
    variables[`a${index}`] = after
    const list = `refs(refPrefix: $refs, query: $branches, first: 100, after: $a${index}) { ...Branches }`
    return repositoryQuery(name, index, variables, list)
  })
  const names = repositories.map(({ name }) => name)
  const own = ['$refs: String!', '$branches: String!', ...names.map((_, index) => `$a${index}: String!`)]
  const query = `query Branches(${[...own, ...declaredOf(names)].join(', ')}) {
  ${asked.join('\n  ')}
}${BRANCHES}`
  return { query, variables }
}

/** What was written in a pull request, and the runs of its head; or those of a commit of the default branch. */
export type Detail = { name: string } & ({ pull: number } | { commit: string })

/** Details of pull requests and commits, in any repositories. `app`: the number of the app whose checks are ours. */
export function detailQuery(
  details: readonly Detail[],
  { app, may }: { app: number; may: MayAsk },
): BatchQuery {
  const hasRuns = may.runs && may.checks
  const variables: BatchQuery['variables'] = hasRuns ? { app } : {}
  const own: string[] = hasRuns ? ['$app: Int!'] : []
  const runs = hasRuns ? '...Runs' : 'oid'
  const asked = details.map((one, index) => {
    const isPull = 'pull' in one
    own.push(isPull ? `$d${index}: Int!` : `$d${index}: GitObjectID!`)
    variables[`d${index}`] = isPull ? one.pull : one.commit
    const detail = isPull
      ? `pullRequest(number: $d${index}) { ...Written commits(last: 1) { nodes { commit { ${runs} } } } }`
      : `object(oid: $d${index}) { ... on Commit { ${runs} } }`
    return repositoryQuery(one.name, index, variables, detail)
  })
  const names = details.map(({ name }) => name)
  const query = `query Details(${[...own, ...declaredOf(names)].join(', ')}) {
  ${asked.join('\n  ')}
}${details.some(one => 'pull' in one) ? WRITTEN : ''}${hasRuns ? RUNS : ''}`
  return { query, variables }
}

// --- internal ---

const BRANCHES = `
fragment Branches on RefConnection { nodes { name } pageInfo { hasNextPage endCursor } }`

/** What branches are listed by: all that stands before the last slash, and a part of the rest. */
function belowOf(prefix: string): { refs: string; branches: string } {
  const at = prefix.lastIndexOf('/') + 1
  return { refs: `refs/heads/${prefix.slice(0, at)}`, branches: prefix.slice(at) }
}

const WRITTEN = `
fragment Written on PullRequest {
  comments(last: 30) { nodes { fullDatabaseId body createdAt author { __typename login } } }
  reviews(last: 20) { nodes { fullDatabaseId body submittedAt author { __typename login } } }
}`

const RUNS = `
fragment Runs on Commit {
  suites: checkSuites(first: 40) { nodes { status updatedAt workflowRun { event resourcePath } } }
  own: checkSuites(first: 1, filterBy: { appId: $app }) { nodes { checkRuns(last: 50) { nodes { completedAt externalId } } } }
}`

function declaredOf(names: readonly string[]): string[] {
  return names.flatMap((_, index) => [`$o${index}: String!`, `$n${index}: String!`])
}

function repositoryQuery(
  name: string,
  index: number,
  variables: BatchQuery['variables'],
  fields: string,
): string {
  const [owner = '', repository = ''] = name.split('/')
  variables[`o${index}`] = owner
  variables[`n${index}`] = repository
  return `r${index}: repository(owner: $o${index}, name: $n${index}) { ${fields} }`
}
