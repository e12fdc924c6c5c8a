import { commitTime } from '../../core/git/commit-time.ts'
import { foldersAbove, unlessUnreadable } from '../../core/git/file-changes.ts'
import { knownLive } from '../../core/promotion/status.ts'
import type { AskedBranch, FileVersion, Question, Snapshot } from '../deploy-repository.ts'
import { badAnswer } from '../forge-error.ts'
import { MOST_VERSIONS } from '../snapshot.ts'
import type { Entry } from './entries.ts'
import { type GithubFiles, textsOf } from './files.ts'
import { askGraphql, type Graphql } from './graphql.ts'
import { type List, pullsOf } from './pull-requests.ts'
import { headOf, type Ref } from './refs.ts'
import { type Asked, earlierPaths, historyQuery, numbered, snapshotQuery } from './snapshot-query.ts'

export type Repo = { owner: string; repo: string }

/** What a call of `Look` found. */
export type Found = { at: Record<string, unknown> | null } & Record<string, unknown>

/** A snapshot in one call of the GraphQL API. Files that it saw are not asked for again by whoever writes them. */
export function githubSnapshot(graphql: Graphql, repo: Repo, files: GithubFiles) {
  return async <B extends AskedBranch>(question: Question<B>): Promise<Snapshot<B>> => {
    const { commit, branches, histories } = question
    // More than these are read in calls of their own.
    const paths = [...foldersAbove(question.files), ...question.files].slice(0, MOST_PATHS)
    const { found, tree } = await look(graphql, repo, question, { branches, histories, paths, blobs: [] })
    const entries = paths.map((path, at): [string, Entry | undefined] => [
      path,
      (found.at![`p${at}`] as Entry | null) ?? undefined,
    ])
    await files.learn(commit, tree, entries)
    return snapshotIn(files, question, found)
  }
}

/** One call of `Look`. @throws AssayError also where there is no such commit */
export async function look(
  graphql: Graphql,
  repo: Repo,
  { base, commit }: Pick<Question, 'base' | 'commit'>,
  asked: Asked,
): Promise<{ found: Found; tree: string }> {
  const { query, variables } = snapshotQuery(asked, MOST_VERSIONS)
  const answer = await askGraphql<SnapshotAnswer>(graphql, query, {
    owner: repo.owner,
    name: repo.repo,
    commit,
    base,
    baseRef: `refs/heads/${base}`,
    ...variables,
  })
  const found = answer.repository
  const tree = (found?.at?.tree as { oid: string } | undefined)?.oid
  if (!found || !tree) throw badAnswer(LOOK, `there is no commit ${commit}`)
  return { found, tree }
}

/**
 * The answer to a question in what a call found, where its branches and histories begin at these numbers.
 *
 * @throws AssayError also where a file of its cannot be read
 */
export async function snapshotIn<B extends AskedBranch>(
  files: GithubFiles,
  question: Question<B>,
  found: Found,
  from = { branch: 0, history: 0 },
): Promise<Snapshot<B>> {
  const part = <T>(letter: string, at: number) => found[`${letter}${from.branch + at}`] as T
  return {
    base: headOf(found.base as Ref | null),
    branches: await Promise.all(
      question.branches.map(async (branch, at) => {
        const ref = part<SeenRef | null>('r', at)
        const entry = ref?.target?.file
        await learnEarlier(files, branch, ref)
        const text = entry ? await files.textOf(branch.file, entry).catch(unlessUnreadable) : undefined
        const closed = branch.withoutClosed ? NO_LIST : part<List>('c', at)
        const pulls = { open: part<List>('o', at), closed }
        return { ...branch, head: headOf(ref), text, pulls: pullsOf(pulls) }
      }),
    ),
    files: textsOf(await files.read(question.commit, question.files), question.files),
    histories: await historiesIn(files, question.histories, found.at, from.history),
  }
}

/** `fileHistory`, twenty paths in a call. */
export function githubHistory(graphql: Graphql, repo: Repo, files: GithubFiles) {
  return async (
    commit: string,
    paths: readonly string[],
    most: number,
  ): Promise<Map<string, FileVersion[]>> => {
    const histories = new Map<string, FileVersion[]>()
    for (let from = 0; from < paths.length; from += MOST_HISTORIES) {
      const some = paths.slice(from, from + MOST_HISTORIES)
      const variables = { owner: repo.owner, name: repo.repo, commit, ...numbered('h', some) }
      const answer = await askGraphql<SnapshotAnswer>(graphql, historyQuery(some.length, most), variables)
      const at = answer.repository?.at
      if (!at) throw badAnswer(LOOK, `there is no commit ${commit}`)
      for (const [path, versions] of await historiesIn(files, some, at)) histories.set(path, versions)
    }
    return histories
  }
}

// --- internal ---

const LOOK = 'POST /graphql(Look)'

type Earlier = { oid: string; tree: { oid: string } } & Record<string, unknown>
type SeenRef = Ref & {
  target: { file?: Entry | null; earlier?: { nodes: (Earlier | null)[] | null } } | null
}

async function learnEarlier(files: GithubFiles, branch: AskedBranch, ref: SeenRef | null): Promise<void> {
  const earlier = ref?.target?.earlier?.nodes?.[0]
  if (!earlier) return
  const entries = earlierPaths(branch).map((path, at): [string, Entry | undefined] => [
    path,
    (earlier[`e${at}`] as Entry | null) ?? undefined,
  ])
  // What cannot be read there is told to whoever asks for it.
  await files.learn(earlier.oid, earlier.tree.oid, entries).catch(unlessUnreadable)
}

const MOST_PATHS = 60
const NO_LIST: List = { nodes: [] }
const MOST_HISTORIES = 20

interface SnapshotAnswer {
  repository: Found | null
}
interface Version {
  oid: string
  committedDate: string
  author: { name: string | null } | null
  file: Entry | null
  status: { context: LiveStatus | null } | null
}
interface History {
  nodes: (Version | null)[] | null
}

/** By path; `h0` is the answer for the first of them, as `numbered` asked. */
async function historiesIn(
  files: GithubFiles,
  paths: readonly string[],
  answers: Record<string, unknown> | null,
  from = 0,
): Promise<Map<string, FileVersion[]>> {
  const read = paths.map(
    async (path, at): Promise<[string, FileVersion[]]> => [
      path,
      await versionsOf(files, path, answers?.[`h${from + at}`] as History | undefined),
    ],
  )
  return new Map(await Promise.all(read))
}

async function versionsOf(
  files: GithubFiles,
  path: string,
  history: History | undefined,
): Promise<FileVersion[]> {
  if (!Array.isArray(history?.nodes)) throw badAnswer(LOOK, 'the history is no list')
  const nodes = history.nodes.filter(node => node !== null)
  return Promise.all(
    nodes.map(async ({ oid, committedDate, author, file, status }) => ({
      commit: oid,
      at: commitTime(Date.parse(committedDate)),
      text: file ? await files.textOf(path, file).catch(unlessUnreadable) : undefined,
      ...(author?.name && { author: author.name }),
      ...liveOf(status?.context ?? undefined),
    })),
  )
}

interface LiveStatus {
  state: string
  createdAt: string
  description: string | null
}

/** What is no success is none. */
const STATES: Record<string, 'success' | 'pending'> = { SUCCESS: 'success', PENDING: 'pending' }

function liveOf(status: LiveStatus | undefined): Pick<FileVersion, 'live'> {
  if (!status) return {}
  const state = STATES[status.state] ?? 'failure'
  const { description, createdAt } = status
  return { live: knownLive({ state, description: description ?? '', at: Date.parse(createdAt) }) }
}
