import { readFileSync } from 'node:fs'
import { buildSchema, graphqlSync } from 'graphql'
import { mergeRequestJson } from './gitlab-answers.ts'
import type { Said } from './gitlab-double.ts'
import type { BareRepository } from './gitlab-git.ts'
import { type GitlabState, type MergeRequest, USERS } from './gitlab-state.ts'

/** Queries by the schema as GitLab documents it: what it does not know is refused. */
export function answerGraphql(
  { query, variables }: { query: string; variables: Record<string, unknown> },
  state: GitlabState,
  gitOf: (project: string) => BareRepository,
): Said {
  const rootValue = {
    project: ({ fullPath }: { fullPath: string }) => {
      const project = state.projects[fullPath]
      if (!project) return null
      return {
        repository: {
          blobs: ({ paths, ref }: { paths: string[]; ref: string }) => ({
            nodes: paths.slice(0, 100).flatMap(path => blobAt(gitOf(fullPath), ref, path)),
          }),
        },
        mergeRequests: (asked: ListAsked) =>
          listed(project.mergeRequests, asked, one => {
            const shown = mergeRequestJson(gitOf(fullPath), project, fullPath, one)
            return {
              iid: String(shown.iid),
              title: shown.title,
              description: shown.description,
              state: shown.state,
              sourceBranch: shown.source_branch,
              sourceProjectId: shown.source_project_id,
              targetProjectId: shown.target_project_id,
              diffHeadSha: shown.sha,
              webUrl: shown.web_url,
              createdAt: shown.created_at,
              mergedAt: shown.merged_at,
              mergeCommitSha: shown.merge_commit_sha,
              mergeUser: null,
              squash: one.squash ?? false,
              labels: { nodes: shown.labels.map(title => ({ title })) },
              reviewers: { nodes: shown.reviewers },
              headPipeline: shown.head_pipeline && { status: shown.head_pipeline.status.toUpperCase() },
            }
          }),
        mergeRequest({ iid }: { iid: string }) {
          const one = project.mergeRequests.find(known => known.iid === Number(iid))
          return one && makers(state, gitOf(fullPath), one)
        },
      }
    },
  }
  const { data, errors } = graphqlSync({
    schema: SCHEMA,
    source: query,
    variableValues: variables,
    rootValue,
  })
  return { status: 200, body: JSON.parse(JSON.stringify({ data, errors })) }
}

// --- internal ---

interface ListAsked {
  sourceBranches?: string[]
  targetBranches?: string[]
  sort?: 'CREATED_ASC' | 'CREATED_DESC'
  first?: number
  after?: string
}

/** As resolvers/merge_requests_resolver.rb: a list of none matches none, and a page has a hundred at most. */
function listed(
  all: readonly MergeRequest[],
  { sourceBranches, targetBranches, sort = 'CREATED_DESC', first = 100, after }: ListAsked,
  show: (one: MergeRequest) => unknown,
) {
  const found = all.filter(
    one => (sourceBranches?.includes(one.source) ?? true) && (targetBranches?.includes(one.target) ?? true),
  )
  const sorted = sort === 'CREATED_DESC' ? found.toReversed() : found
  const from = after === undefined ? 0 : sorted.findIndex(({ iid }) => `${iid}` === after) + 1
  const page = sorted.slice(from, from + Math.min(first, 100))
  return {
    pageInfo: {
      hasNextPage: from + page.length < sorted.length,
      endCursor: page.length === 0 ? null : `${page.at(-1)!.iid}`,
    },
    nodes: page.map(show),
  }
}

/** As types/repository/blob_type.rb: what is no text has none. */
function blobAt(git: BareRepository, ref: string, path: string) {
  const found = git.file(ref, path)
  if (!found) return []
  const isBinary = found.bytes.includes(0)
  return [{ path, rawTextBlob: isBinary ? null : found.bytes.toString() }]
}

const SCHEMA = buildSchema(readFileSync(new URL('../data/gitlab-schema.graphql', import.meta.url), 'utf8'))

/** As models/commit_collection.rb: committers are the accounts that the addresses of commits are of, merges left out. */
function makers(
  state: GitlabState,
  git: BareRepository,
  one: GitlabState['projects'][string]['mergeRequests'][number],
) {
  const account = (email: string) => {
    const name = state.emails[email]
    return name === undefined ? null : { id: `gid://gitlab/User/${USERS.indexOf(name) + 1}`, username: name }
  }
  const head = git.resolve(one.source) ?? one.sha
  const base = git.mergeBase(git.resolve(one.target)!, head)
  const shas: string[] = []
  for (let sha: string | undefined = head; sha && sha !== base; sha = git.commit(sha).parents[0])
    shas.push(sha)
  const commits = shas.map(sha => {
    const { author = 'gitlab@localhost', committer = author, signed = false } = state.commits[sha] ?? {}
    return {
      sha,
      authorEmail: author,
      committerEmail: committer,
      author: account(author),
      signature: signed ? { verificationStatus: 'VERIFIED_SYSTEM' } : null,
    }
  })
  const page = <T>(nodes: T[], first: number) => ({
    pageInfo: { hasNextPage: nodes.length > first },
    nodes: nodes.slice(0, first),
  })
  const committers = [...new Set(commits.map(({ committerEmail }) => committerEmail))].flatMap(
    email => account(email) ?? [],
  )
  return {
    author: { id: `gid://gitlab/User/${USERS.indexOf(one.author ?? 'project_1_bot') + 1}` },
    commitCount: commits.length,
    commits: ({ first }: { first: number }) => page(commits, first),
    committers: ({ first }: { first: number }) => page(committers, first),
  }
}
