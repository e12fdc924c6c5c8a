import type { Octokit } from '@octokit/rest'
import type { Right } from '../../../core/chatops/rights.ts'
import { unless } from '../../expected-failures.ts'
import { orUnknown, type People, type Sign, type Written } from '../../people.ts'
import { askGraphql, type Graphql } from '../graphql.ts'

interface GithubPeopleClient {
  graphql: Graphql
  rest: Pick<Octokit['rest'], 'issues' | 'pulls' | 'reactions' | 'repos' | 'teams'>
}

/** People of a repository on GitHub. `author_association` is not looked at: it says neither who may write nor who may not. */
export function githubPeople({ rest, graphql }: GithubPeopleClient, repository: string): People {
  const [owner = '', repo = ''] = repository.split('/')
  const at = { owner, repo }
  return {
    rightOf: ({ login }) =>
      orUnknown<Right>(`what ${login} may do in ${repository}`, async () => {
        const answer = await unless(
          rest.repos.getCollaboratorPermissionLevel({ ...at, username: login }),
          'FORGE_NOT_FOUND',
        )
        if (!answer) return { kind: 'known', id: 0, right: 'none' }
        const { permission, role_name: role, user } = answer.data
        // A role that an organisation made is worth what it stands on.
        const right = ROLES.find(known => known === role) ?? ROLES.find(known => known === permission)
        return right && typeof user?.id === 'number'
          ? { kind: 'known', id: user.id, right }
          : {
              kind: 'unknown',
              why: `what ${login} may do in ${repository} is not known: no role in the answer`,
            }
      }),

    async isMember(team, { login }) {
      const [org = '', slug = ''] = team.split('/')
      const asked = await orUnknown<{ kind: 'known'; isIn: boolean } | { kind: 'unknown'; why: string }>(
        `who is in ${team}`,
        async () => {
          const answer = await unless(
            rest.teams.getMembershipForUserInOrg({ org, team_slug: slug, username: login }),
            'FORGE_NOT_FOUND',
          )
          return { kind: 'known', isIn: answer?.data.state === 'active' }
        },
      )
      return asked.kind === 'known' ? asked.isIn : { why: asked.why }
    },

    async written(writtenAs, pullRequest, id) {
      if (writtenAs === 'comment') {
        const answer = await unless(rest.issues.getComment({ ...at, comment_id: id }), 'FORGE_NOT_FOUND')
        if (!answer) return undefined
        const {
          body = '',
          user,
          created_at,
          updated_at,
          issue_url,
          performed_via_github_app: app,
        } = answer.data
        if (!issue_url.endsWith(`/issues/${pullRequest}`)) return undefined
        return writtenBy(user, app, {
          id,
          body,
          created: Date.parse(created_at),
          edited: isLater(updated_at, created_at),
        })
      }
      const asked = { ...at, pull_number: pullRequest, review_id: id }
      const answer = await unless(rest.pulls.getReview(asked), 'FORGE_NOT_FOUND')
      if (!answer) return undefined
      const { body, user, submitted_at: submitted } = answer.data
      const edited = await isEdited(graphql, at, pullRequest, id)
      return writtenBy(user, null, { id, body, created: Date.parse(submitted ?? ''), edited })
    },

    async pullRequest(number) {
      const answer = await unless(rest.pulls.get({ ...at, pull_number: number }), 'FORGE_NOT_FOUND')
      if (!answer) return undefined
      const { state, merged, merge_commit_sha: mergeCommit, base, head } = answer.data
      return {
        state: merged ? 'merged' : state === 'open' ? 'open' : 'closed',
        ...(merged && mergeCommit && { mergeCommit }),
        base: base.ref,
        head: head.sha,
        branch: head.ref,
        isFork: head.repo?.full_name.toLowerCase() !== repository.toLowerCase(),
      }
    },

    async makersOf(number) {
      const asked = await orUnknown<
        { kind: 'known'; ids: (number | undefined)[] } | { kind: 'unknown'; why: string }
      >('who has a hand in this pull request', async () => {
        const { data: pull } = await rest.pulls.get({ ...at, pull_number: number })
        const commits: (number | undefined)[] = []
        for (let page = 1; page <= COMMIT_PAGES; page++) {
          const { data } = await rest.pulls.listCommits({ ...at, pull_number: number, per_page: 100, page })
          commits.push(...data.flatMap(one => [one.author?.id, one.committer?.id]))
          if (data.length < 100) return { kind: 'known', ids: [pull.user?.id, ...commits] }
        }
        return { kind: 'unknown', why: 'this pull request has more commits than the forge lists' }
      })
      if (asked.kind === 'unknown') return { why: asked.why }
      const ids = asked.ids.filter(id => id !== undefined)
      if (ids.length === asked.ids.length) return ids
      return { why: 'this pull request has commits of which nobody can tell whose they are' }
    },

    async react(writtenAs, _, id, sign) {
      // Reviews have none in this API.
      if (writtenAs === 'review') return
      await unless(
        rest.reactions.createForIssueComment({ ...at, comment_id: id, content: SIGNS[sign] }),
        'FORGE_NOT_FOUND',
        'FORGE_FORBIDDEN',
      )
    },
  }
}

// --- internal ---

/** 250 commits of a pull request are listed, and no more. */
const COMMIT_PAGES = 2
const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const
const SIGNS: Record<Sign, '+1' | '-1' | 'confused'> = {
  done: '+1',
  refused: '-1',
  not_understood: 'confused',
}

const REVIEWS = `query Reviews($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) { reviews(last: 100) { nodes { fullDatabaseId lastEditedAt } } }
  }
}`

interface ReviewsAnswer {
  repository: {
    pullRequest: {
      reviews: {
        nodes: ({ fullDatabaseId: string | null; lastEditedAt: string | null } | null)[] | null
      } | null
    } | null
  } | null
}

/** The REST API does not tell of a review whether it was edited. `unknown` also of one before the last hundred. */
async function isEdited(
  graphql: Graphql,
  at: { owner: string; repo: string },
  number: number,
  id: number,
): Promise<Written['edited']> {
  const { repository } = await askGraphql<ReviewsAnswer>(graphql, REVIEWS, { ...at, number })
  const nodes = repository?.pullRequest?.reviews?.nodes ?? []
  const found = nodes.find(node => node?.fullDatabaseId === String(id))
  return found ? found.lastEditedAt !== null : 'unknown'
}

/** The two are written one after the other: within a second they are of one moment. */
function isLater(updated: string, created: string): boolean {
  return !(Date.parse(updated) - Date.parse(created) <= 1000)
}

/** Undefined also where its author is gone: nobody has asked for anything then. */
function writtenBy(
  user: { id: number; login: string; type: string } | null | undefined,
  app: object | null | undefined,
  written: Omit<Written, 'author'>,
): Written | undefined {
  if (!user) return undefined
  const isPerson = user.type === 'User' && !app
  return { ...written, author: { id: user.id, login: user.login, isPerson } }
}
