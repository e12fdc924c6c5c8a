import { foldersAbove } from '../../core/git/file-changes.ts'
import { LIVE_CONTEXT } from '../../core/promotion/status.ts'
import type { AskedBranch } from '../deploy-repository.ts'
import { ENTRY } from './files-queries.ts'
import { BRIEF_FIELDS, LIST_FIELDS } from './pull-requests.ts'
import { HEAD } from './refs.ts'

/** What one call asks, and how much of the open pull requests it tells. */
export interface Asked {
  branches: readonly AskedBranch[]
  histories: readonly string[]
  /** Files and folders at the commit. */
  paths: readonly string[]
  /** Ids of blobs. */
  blobs: readonly string[]
  /** Without labels, reviewers and checks of the open pull requests, and without what the branches were made on. */
  brief?: true
}

/** The query and its variables: names and paths travel as these, never in its text. */
export function snapshotQuery(
  { branches, histories, paths, blobs, brief }: Asked,
  most: number,
): { query: string; variables: Record<string, string> } {
  const earlier = branches.map(branch => (brief ? [] : earlierPaths(branch)))
  const declared = [
    ...paths.map((_, at) => `$p${at}: String!`),
    ...blobs.map((_, at) => `$b${at}: GitObjectID!`),
    ...branches.flatMap((_, at) => [`$n${at}: String!`, `$r${at}: String!`, `$f${at}: String!`]),
    ...earlier.flatMap((of, at) => of.map((_, file) => `$e${at}_${file}: String!`)),
    ...histories.map((_, at) => `$h${at}: String!`),
  ]
  const asked = branches.map(
    (
      { withoutClosed },
      at,
    ) => `r${at}: ref(qualifiedName: $r${at}) { ...Head target { ... on Commit { file(path: $f${at}) { ...Entry }${earlierQuery(at, earlier[at]!)} } } }
    o${at}: pullRequests(headRefName: $n${at}, baseRefName: $base, states: OPEN, first: 20) { ${brief ? BRIEF_FIELDS : LIST_FIELDS} }${withoutClosed ? '' : closedQuery(at)}`,
  )
  const fragments = [HEAD, ...(branches.length + histories.length + paths.length > 0 ? [ENTRY] : [])]
  const files = paths.map((_, at) => `p${at}: file(path: $p${at}) { ...Entry }`).join('\n      ')
  const texts = blobs.map((_, at) => `b${at}: object(oid: $b${at}) { ... on Blob { byteSize text } }`)
  const query = `query Look($owner: String!, $name: String!, $commit: GitObjectID!, $base: String!, $baseRef: String!${declared.map(one => `, ${one}`).join('')}) {
  repository(owner: $owner, name: $name) {
    base: ref(qualifiedName: $baseRef) { ...Head }
    ${[...asked, ...texts].join('\n    ')}
    at: object(oid: $commit) {
      ... on Commit { tree { oid } ${files} ${historyParts(histories.length, most)} }
    }
  }
}
${fragments.join('\n')}`
  const variables = {
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
    ...Object.assign({}, ...earlier.map((of, at) => numbered(`e${at}_`, of))),
    ...numbered('h', histories),
    ...numbered('p', paths),
    ...numbered('b', blobs),
  }
  return { query, variables }
}

/** What is read of the commit that a branch's last one was made on: `e0`, `e1` … of `earlier`. */
export function earlierPaths({ before = [] }: AskedBranch): string[] {
  return [...foldersAbove(before), ...before]
}

export function historyQuery(count: number, most: number): string {
  const declared = Array.from({ length: count }, (_, at) => `, $h${at}: String!`).join('')
  return `query History($owner: String!, $name: String!, $commit: GitObjectID!${declared}) {
  repository(owner: $owner, name: $name) {
    at: object(oid: $commit) { ... on Commit { ${historyParts(count, most)} } }
  }
}
${ENTRY}`
}

/** `h0`, `h1` … */
export function numbered(letter: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, at) => [`${letter}${at}`, value]))
}

// --- internal ---

const LIVE = `status { context(name: "${LIVE_CONTEXT}") { state createdAt description } }`

function earlierQuery(branch: number, paths: readonly string[]): string {
  if (paths.length === 0) return ''
  const files = paths.map((_, at) => `e${at}: file(path: $e${branch}_${at}) { ...Entry }`)
  return ` earlier: parents(first: 1) { nodes { oid tree { oid } ${files.join(' ')} } }`
}

function closedQuery(at: number): string {
  return `
    c${at}: pullRequests(
      headRefName: $n${at}, baseRefName: $base, states: [CLOSED, MERGED], first: 50
      orderBy: { field: CREATED_AT, direction: DESC }
    ) { ${BRIEF_FIELDS} }`
}

function historyParts(count: number, most: number): string {
  const parts = Array.from(
    { length: count },
    (_, at) =>
      `h${at}: history(first: ${most}, path: $h${at}) { nodes { oid committedDate author { name } file(path: $h${at}) { ...Entry } ${LIVE} } }`,
  )
  return parts.join('\n      ')
}
