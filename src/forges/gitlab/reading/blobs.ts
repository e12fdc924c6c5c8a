import { blobId } from '../../../core/git/tree.ts'
import { unless } from '../../expected-failures.ts'
import type { GitlabGraphql } from '../graphql.ts'

/**
 * Texts of many files of a commit, by path, a hundred in a call; without those that GitLab gives in other bytes than git has, as what
 * is no text, and without all of them where the token is refused: the REST API reads those.
 * https://docs.gitlab.com/api/graphql/reference/#repositoryblobs
 *
 * @param files each with the id that its object has
 */
export async function readBlobs(
  graphql: GitlabGraphql,
  project: string,
  commit: string,
  files: readonly { path: string; id: string }[],
): Promise<ReadonlyMap<string, string>> {
  const asked = graphql<Answer>(QUERY, { project, commit, paths: files.map(({ path }) => path) })
  const answer = await unless(asked, 'FORGE_BAD_ANSWER', 'FORGE_UNAUTHORIZED', 'FORGE_FORBIDDEN')
  const nodes = answer?.project?.repository?.blobs?.nodes ?? []
  const given = new Map(nodes.map(({ path, rawTextBlob }) => [path, rawTextBlob]))
  return new Map(
    files.flatMap(({ path, id }): [string, string][] => {
      const text = given.get(path)
      const isWhole = typeof text === 'string' && blobId(Buffer.from(text), formatOf(id)) === id
      return isWhole ? [[path, text]] : []
    }),
  )
}

/** So many nodes GitLab gives at once. */
export const MOST_BLOBS = 100

export function formatOf(id: string): 'sha1' | 'sha256' {
  return id.length === 64 ? 'sha256' : 'sha1'
}

// --- internal ---

interface Answer {
  project?: {
    repository?: { blobs?: { nodes?: { path: string; rawTextBlob: string | null }[] } | null } | null
  } | null
}

const QUERY = `query Blobs($project: ID!, $commit: String!, $paths: [String!]!) {
  project(fullPath: $project) {
    repository { blobs(ref: $commit, paths: $paths) { nodes { path rawTextBlob } } }
  }
}`
