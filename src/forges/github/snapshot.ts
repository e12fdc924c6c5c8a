import { foldersAbove, unlessUnreadable } from '../../core/git/file-changes.ts'
import { LIVE_CONTEXT, whyNotLive } from '../../core/promotion/status.ts'
import type { AskedBranch, FileVersion, Question, Snapshot } from '../deploy-repository.ts'
import { forgeError } from '../forge-error.ts'
import { MOST_VERSIONS } from '../snapshot.ts'
import { type Entry, type GithubFiles, textsOf } from './files.ts'
import { ENTRY } from './files-queries.ts'
import { askGraphql, type Graphql } from './graphql.ts'
import { LIST_FIELDS, type List, pullsOf } from './pull-requests.ts'
import { HEAD, headOf, type Ref } from './refs.ts'

type Repo = { owner: string; repo: string }

/** A snapshot in one call of the GraphQL API. Files that it saw are not asked for again by whoever writes them. */
export function githubSnapshot(graphql: Graphql, repo: Repo, files: GithubFiles) {
  return async <B extends AskedBranch>(question: Question<B>): Promise<Snapshot<B>> => {
    const { base, commit, branches, histories } = question
    // More than these are read in calls of their own.
    const paths = [...foldersAbove(question.files), ...question.files].slice(0, MOST_PATHS)
    const answer = await askGraphql<SnapshotAnswer>(graphql, snapshotQuery(question, paths.length), {
      owner: repo.owner,
      name: repo.repo,
      commit,
      base,
      baseRef: `refs/heads/${base}`,
      ...numbered(
        'n',
        branches.map(({ name }) => name),
      ),
      ...numbered(
        'r',
        branches.map(({ name }) => `refs/heads/${name}`),
      ),
      ...numbered(
        'f',
        branches.map(({ file }) => file),
      ),
      ...numbered('h', histories),
      ...numbered('p', paths),
    })
    const found = answer.repository
    const tree = (found?.at?.tree as { oid: string } | undefined)?.oid
    if (!found || !tree) throw badAnswer(`there is no commit ${commit}`)
    const entries = paths.map((path, at): [string, Entry | undefined] => [
      path,
      (found.at![`p${at}`] as Entry | null) ?? undefined,
    ])
    await files.learn(commit, tree, entries)
    const part = <T>(letter: string, at: number) => found[`${letter}${at}`] as T
    return {
      base: headOf(found.base as Ref | null),
      branches: await Promise.all(
        branches.map(async (branch, at) => {
          const ref = part<(Ref & { target: { file?: Entry | null } | null }) | null>('r', at)
          const entry = ref?.target?.file
          const text = entry ? await files.textOf(branch.file, entry).catch(unlessUnreadable) : undefined
          const closed = branch.withoutClosed ? NO_LIST : part<List>('c', at)
          const pulls = { open: part<List>('o', at), closed }
          return { ...branch, head: headOf(ref), text, pulls: pullsOf(pulls) }
        }),
      ),
      files: textsOf(await files.read(commit, question.files), question.files),
      histories: await historiesIn(files, histories, found.at),
    }
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
      if (!at) throw badAnswer(`there is no commit ${commit}`)
      for (const [path, versions] of await historiesIn(files, some, at)) histories.set(path, versions)
    }
    return histories
  }
}

// --- internal ---

const MOST_PATHS = 60
const NO_LIST: List = { nodes: [] }
const MOST_HISTORIES = 20
const LIVE = `status { context(name: "${LIVE_CONTEXT}") { state createdAt description } }`

interface SnapshotAnswer {
  repository: ({ at: Record<string, unknown> | null } & Record<string, unknown>) | null
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
): Promise<Map<string, FileVersion[]>> {
  const read = paths.map(
    async (path, at): Promise<[string, FileVersion[]]> => [
      path,
      await versionsOf(files, path, answers?.[`h${at}`] as History | undefined),
    ],
  )
  return new Map(await Promise.all(read))
}

async function versionsOf(
  files: GithubFiles,
  path: string,
  history: History | undefined,
): Promise<FileVersion[]> {
  if (!Array.isArray(history?.nodes)) throw badAnswer('the history is no list')
  const nodes = history.nodes.filter(node => node !== null)
  return Promise.all(
    nodes.map(async ({ oid, committedDate, author, file, status }) => ({
      commit: oid,
      at: Date.parse(committedDate),
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

function liveOf(status: LiveStatus | undefined): Pick<FileVersion, 'live'> {
  if (!status) return {}
  if (status.state === 'SUCCESS')
    return { live: { health: 'healthy', healthySince: Date.parse(status.createdAt) } }
  const why = whyNotLive(status.description ?? '')
  const health = status.state === 'PENDING' ? 'unknown' : 'degraded'
  return { live: { health, ...(why !== undefined && { why }) } }
}

function numbered(letter: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, at) => [`${letter}${at}`, value]))
}

/** Names and paths travel as variables, never in the text of the query. */
function snapshotQuery({ branches, histories }: Question, paths: number): string {
  const numbers = Array.from({ length: paths }, (_, at) => at)
  const declared = [
    ...numbers.map(at => `$p${at}: String!`),
    ...branches.flatMap((_, at) => [`$n${at}: String!`, `$r${at}: String!`, `$f${at}: String!`]),
    ...histories.map((_, at) => `$h${at}: String!`),
  ]
  const asked = branches.map(
    (
      { withoutClosed },
      at,
    ) => `r${at}: ref(qualifiedName: $r${at}) { ...Head target { ... on Commit { file(path: $f${at}) { ...Entry } } } }
    o${at}: pullRequests(headRefName: $n${at}, baseRefName: $base, states: OPEN, first: 20) { ${LIST_FIELDS} }${withoutClosed ? '' : closedQuery(at)}`,
  )
  const fragments = [HEAD, ...(branches.length + histories.length + paths > 0 ? [ENTRY] : [])]
  const files = numbers.map(at => `p${at}: file(path: $p${at}) { ...Entry }`).join('\n      ')
  return `query Look($owner: String!, $name: String!, $commit: GitObjectID!, $base: String!, $baseRef: String!${declared.map(one => `, ${one}`).join('')}) {
  repository(owner: $owner, name: $name) {
    base: ref(qualifiedName: $baseRef) { ...Head }
    ${asked.join('\n    ')}
    at: object(oid: $commit) {
      ... on Commit { tree { oid } ${files} ${historyParts(histories.length, MOST_VERSIONS)} }
    }
  }
}
${fragments.join('\n')}`
}

function closedQuery(at: number): string {
  return `
    c${at}: pullRequests(
      headRefName: $n${at}, baseRefName: $base, states: [CLOSED, MERGED], first: 50
      orderBy: { field: CREATED_AT, direction: DESC }
    ) { ${LIST_FIELDS} }`
}

function historyQuery(count: number, most: number): string {
  const declared = Array.from({ length: count }, (_, at) => `, $h${at}: String!`).join('')
  return `query History($owner: String!, $name: String!, $commit: GitObjectID!${declared}) {
  repository(owner: $owner, name: $name) {
    at: object(oid: $commit) { ... on Commit { ${historyParts(count, most)} } }
  }
}
${ENTRY}`
}

function historyParts(count: number, most: number): string {
  const parts = Array.from(
    { length: count },
    (_, at) =>
      `h${at}: history(first: ${most}, path: $h${at}) { nodes { oid committedDate author { name } file(path: $h${at}) { ...Entry } ${LIVE} } }`,
  )
  return parts.join('\n      ')
}

function badAnswer(said: string) {
  return forgeError({ code: 'FORGE_BAD_ANSWER', call: 'POST /graphql(Look)', said, fix: 'Run again' })
}
