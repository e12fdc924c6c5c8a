import { readFileSync } from 'node:fs'
import { buildSchema, graphqlSync } from 'graphql'
import type { Said } from './gitlab-double.ts'
import type { BareRepository } from './gitlab-git.ts'
import { type GitlabState, USERS } from './gitlab-state.ts'

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
