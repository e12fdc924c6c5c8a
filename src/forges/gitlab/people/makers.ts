/**
 * Whose accounts the author and the commits of a merge request are: commits say addresses, and GitLab tells which account one is of.
 * https://docs.gitlab.com/api/graphql/reference/#mergerequest
 */
export const MAKERS = `query Makers($project: ID!, $iid: String!) {
  project(fullPath: $project) {
    mergeRequest(iid: $iid) {
      commitCount
      author { id }
      commits(first: 100) {
        pageInfo { hasNextPage }
        nodes { authorEmail committerEmail author { id } signature { verificationStatus } }
      }
      committers(first: 100) { pageInfo { hasNextPage } nodes { id } }
    }
  }
}`

export interface MakersAnswer {
  project: {
    mergeRequest: {
      commitCount: number | null
      author: Account | null
      commits: List<Commit> | null
      committers: List<Account> | null
    } | null
  } | null
}

/**
 * Ids of the accounts; or why they are not known. An author without an account is nobody's word. Of committers GitLab tells only which accounts
 * there are, for all commits together: so there have to be as many as there are addresses that no author has.
 */
export function makersIn({ project }: MakersAnswer): number[] | { why: string } {
  const request = project?.mergeRequest
  const { commits, committers } = request ?? {}
  if (!request?.author || !commits?.nodes || !committers?.nodes)
    return { why: 'GitLab does not tell who has a hand in this merge request' }
  const all = commits.nodes.filter(one => one !== null)
  if (commits.pageInfo.hasNextPage || committers.pageInfo.hasNextPage || all.length !== request.commitCount)
    return { why: 'this merge request has more commits than are looked at' }
  const authors = new Map<string, Account>()
  for (const { author, authorEmail } of all) {
    if (!author || !authorEmail) return UNKNOWN
    authors.set(authorEmail.toLowerCase(), author)
  }
  const addresses = new Set<string>()
  for (const { committerEmail, signature } of all) {
    // What GitLab has made itself for somebody has that one as its author, and GitLab's signature.
    if (signature?.verificationStatus === 'VERIFIED_SYSTEM') continue
    if (!committerEmail) return UNKNOWN
    if (!authors.has(committerEmail.toLowerCase())) addresses.add(committerEmail.toLowerCase())
  }
  const known = new Set([...authors.values()].map(({ id }) => id))
  const others = committers.nodes.filter(one => one !== null).filter(({ id }) => !known.has(id))
  if (others.length < addresses.size) return UNKNOWN
  const ids = [request.author, ...authors.values(), ...others].map(({ id }) => numberOf(id))
  return ids.every(id => id !== undefined) ? [...new Set(ids)] : UNKNOWN
}

// --- internal ---

const UNKNOWN = { why: 'this merge request has commits of which nobody can tell whose they are' }

interface Account {
  /** `gid://gitlab/User/7` */
  id: string
}

interface Commit {
  authorEmail: string | null
  committerEmail: string | null
  author: Account | null
  signature: { verificationStatus: string | null } | null
}

interface List<T> {
  pageInfo: { hasNextPage: boolean }
  nodes: (T | null)[] | null
}

function numberOf(id: string): number | undefined {
  const [, digits] = /^gid:\/\/gitlab\/User\/(\d+)$/.exec(id) ?? []
  const number = Number(digits)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}
