import type { Upstream } from './github/world/world.ts'
import type { GraphqlHost, HostPull, MergeRules, MergeWay, Rest } from './github-graphql-host.ts'

/** Number of the only ruleset that there can be. */
export const RULESET = 7

/** The settings of the repositories: GitHub's own until somebody changes them. */
export function mergeRules(upstream: Upstream): MergeRules {
  const rules = rulesOf.get(upstream) ?? { ways: ['merge', 'squash', 'rebase'], deletesBranches: false }
  rulesOf.set(upstream, rules)
  return rules
}

/** The commit that the base is at afterwards. */
export async function mergedAs(
  way: MergeWay,
  host: GraphqlHost,
  pull: HostPull,
  base: string,
  date: string,
): Promise<string> {
  const { rest } = host
  const head = pull.head.sha
  const commit = async (message: string, tree: string, parents: string[]): Promise<string> =>
    (await rest('POST', '/git/commits', { message, tree, parents, author: { ...OCTO, date } })).sha
  const from = `${host.repository.split('/')[0]}/${pull.head.ref}`
  if (way === 'merge') {
    const message = `Merge pull request #${pull.number} from ${from}\n\n${pull.title}`
    return commit(message, await mergedTree(rest, base, head), [base, head])
  }
  if (way === 'squash')
    return commit(`${pull.title} (#${pull.number})`, await mergedTree(rest, base, head), [base])
  const own: string[] = []
  const common = await commonCommit(rest, base, head)
  for (let at = head; at !== common; at = (await rest('GET', `/git/commits/${at}`)).parents[0].sha)
    own.unshift(at)
  let onto = base
  for (const one of own) {
    const { message } = await rest('GET', `/git/commits/${one}`)
    onto = await commit(message, await mergedTree(rest, onto, one), [onto])
  }
  return onto
}

/** Why GitHub does not merge it by the rules of the branch; undefined where they let it. */
export async function refusedByRules(
  { asked }: MergeRules,
  { rest, statuses }: GraphqlHost,
  { number, head }: HostPull,
): Promise<string | undefined> {
  if (!asked || asked.bypassed) return undefined
  const { reviews = 0, codeOwners = false, checks = [] } = asked
  const given: { state: string }[] = (await rest('GET', `/pulls/${number}/reviews`)) ?? []
  const approved = given.filter(({ state }) => state === 'APPROVED').length
  const passed = new Set(
    statuses
      .filter(({ sha, state }) => sha === head.sha && state === 'success')
      .map(({ context }) => context),
  )
  const missing = checks.find(name => !passed.has(name))
  const words =
    approved < Math.max(reviews, codeOwners ? 1 : 0)
      ? `At least ${Math.max(reviews, 1)} approving review is required by reviewers with write access.`
      : missing && `Required status check "${missing}" is expected.`
  if (!words) return undefined
  return asked.by === 'ruleset' ? `Repository rule violations found\n\n${words}\n\n` : words
}

/** What GraphQL tells of them at a ref. */
export function rulesAtRef({ asked }: MergeRules) {
  const { by, reviews = 0, codeOwners = false, checks = [] } = asked ?? {}
  const nodes = [
    ...(reviews > 0 || codeOwners
      ? [
          {
            type: 'PULL_REQUEST',
            parameters: {
              __typename: 'PullRequestParameters',
              requiredApprovingReviewCount: reviews,
              requireCodeOwnerReview: codeOwners,
              requireLastPushApproval: false,
            },
          },
        ]
      : []),
    ...(checks.length > 0
      ? [
          {
            type: 'REQUIRED_STATUS_CHECKS',
            parameters: {
              __typename: 'RequiredStatusChecksParameters',
              requiredStatusChecks: checks.map(context => ({ context })),
            },
          },
        ]
      : []),
  ].map(one => ({ ...one, repositoryRuleset: { databaseId: RULESET } }))
  return {
    rules: { nodes: by === 'ruleset' ? nodes : [] },
    refUpdateRule:
      by === 'protection'
        ? {
            requiredApprovingReviewCount: reviews,
            requiredStatusCheckContexts: checks,
            requiresCodeOwnerReviews: codeOwners,
            viewerCanPush: true,
          }
        : null,
  }
}

// --- internal ---

const rulesOf = new WeakMap<Upstream, MergeRules>()

const OCTO = { name: 'octo', email: 'octo@example.com' }

/** The base's files with what changed between the head and the commit that both have. */
async function mergedTree(rest: Rest, base: string, head: string): Promise<string> {
  const read = async (commit: string) => rest('GET', `/git/commits/${commit}`)
  const files = async (tree: string): Promise<Map<string, { mode: string; sha: string }>> => {
    const { tree: entries } = await rest('GET', `/git/trees/${tree}?recursive=1`)
    return new Map(
      entries
        .filter((entry: { type: string }) => entry.type !== 'tree')
        .map((entry: { path: string }) => [entry.path, entry]),
    )
  }
  const [onto, own] = await Promise.all([read(base), read(head)])
  const common = await read(await commonCommit(rest, base, head))
  const [before, after] = await Promise.all([files(common.tree.sha), files(own.tree.sha)])
  const changed = [...after]
    .filter(([path, { sha }]) => before.get(path)?.sha !== sha)
    .map(([path, { mode, sha }]) => ({ path, mode, type: 'blob', sha }))
  const gone = [...before.keys()]
    .filter(path => !after.has(path))
    .map(path => ({ path, mode: '100644', type: 'blob', sha: null }))
  const tree = [...changed, ...gone]
  return (await rest('POST', '/git/trees', { base_tree: onto.tree.sha, tree })).sha
}

/** The first commit that both histories are found to have, walked in turns: enough where branches are short. */
async function commonCommit(rest: Rest, base: string, head: string): Promise<string> {
  const sides = [
    { queue: [head], seen: new Set([head]) },
    { queue: [base], seen: new Set([base]) },
  ]
  for (let turn = 0; sides.some(({ queue }) => queue.length > 0); turn++) {
    const own = sides[turn % 2]!
    const other = sides[(turn + 1) % 2]!
    const at = own.queue.shift()
    if (at === undefined) continue
    if (other.seen.has(at)) return at
    const { parents } = await rest('GET', `/git/commits/${at}`)
    for (const { sha } of parents) {
      own.seen.add(sha)
      own.queue.push(sha)
    }
  }
  throw new Error(`${head} and ${base} have no commit in common`)
}
