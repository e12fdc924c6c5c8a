import { AssayError, isAssayError, type Problem } from '../errors/errors.ts'
import { isCommitPath } from './names.ts'

/** A file as a commit is to have it. */
export interface FileChange {
  path: string
  /** The whole text; undefined deletes the file. */
  content: string | undefined
}

/**
 * Refuses every change that a promotion has no business with: paths that lead out or that a file system may take for others,
 * hidden files (`.git` and the settings of CI systems and forges all are) and the pipelines that are not hidden, the same
 * path twice, text that is none.
 * @throws AssayError FILE_CHANGE_REFUSED with all problems
 */
export function checkFileChanges(changes: readonly FileChange[]): void {
  const paths = changes.map(change => change.path)
  const problems = [
    ...paths.flatMap(pathProblem),
    ...paths.filter((path, at) => paths.indexOf(path) !== at).map(path => problem(path, 'is named twice')),
    ...paths
      .filter(path => paths.some(other => other.startsWith(`${path}/`)))
      .map(path => problem(path, 'is a file and a folder at once')),
    ...changes
      .filter(({ content }) => content !== undefined && (!content.isWellFormed() || content.includes('\0')))
      .map(({ path }) => problem(path, 'would hold what is no text')),
  ]
  if (problems.length > 0) throw refused(problems)
}

/** The folders above the files, each once, the outer ones first: none of them may be a file or a link. */
export function foldersAbove(paths: readonly string[]): string[] {
  const folders = paths.flatMap(path => {
    const parts = path.split('/').slice(0, -1)
    return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
  })
  return [...new Set(folders)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}

/** What stands in a commit at a path. */
export type EntryKind = 'file' | 'executable' | 'folder' | 'link' | 'submodule'

/**
 * @param kinds what stands at each changed path and each folder above them; absent where there is nothing
 * @throws AssayError FILE_CHANGE_REFUSED where the change would go through a link or take the place of what is no file
 */
export function checkPaths(paths: readonly string[], kinds: ReadonlyMap<string, EntryKind>): void {
  const problems = [
    ...foldersAbove(paths)
      .filter(folder => (kinds.get(folder) ?? 'folder') !== 'folder')
      .map(folder => problem(folder, `is no folder but a ${kinds.get(folder)}`)),
    ...paths
      .filter(path => !['file', 'executable', undefined].includes(kinds.get(path)))
      .map(path => problem(path, `is no file but a ${kinds.get(path)}`)),
  ]
  if (problems.length > 0) throw refused(problems)
}

/**
 * The text of a file in a repository, byte order mark and line ends as they are.
 * @throws AssayError FILE_UNREADABLE where it is no UTF-8, or what Git LFS left in its place
 */
export function readableText(bytes: Uint8Array, path: string): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw unreadable(path, 'is no UTF-8 text')
  }
  if (LFS_POINTER.test(text)) throw unreadable(path, 'is kept in Git LFS: here is only a pointer to it')
  return text
}

export function unreadable(path: string, what: string): AssayError {
  const fix = 'Keep manifests and release records as plain text files in the repository'
  return new AssayError({
    code: 'FILE_UNREADABLE',
    title: 'A file of the deploy repository cannot be read',
    problems: [{ what: `the file ${what}`, where: { file: path }, fix }],
  })
}

/** For what somebody once committed, or has on a branch of theirs: there a file that cannot be read is as good as none. */
export function unlessUnreadable(error: unknown): undefined {
  if (isAssayError(error) && UNREADABLE.has(error.code)) return undefined
  throw error
}

// --- internal ---

/** The second of a file that lies behind a link. */
const UNREADABLE = new Set(['FILE_UNREADABLE', 'FILE_CHANGE_REFUSED'])

const LFS_POINTER = /^version https?:\/\/\S+\/spec\/v1\r?\noid sha256:/
/** Pipelines and owners' lists whose names do not begin with a dot. */
const GUARDED = /^(jenkinsfile|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|codeowners)$/i

function pathProblem(path: string): Problem[] {
  if (!isCommitPath(path)) return [problem(path, 'is no path inside the repository')]
  const parts = path.split('/')
  if (parts.some(part => /^git~\d+$/i.test(part) || /[. ]$|^ |[:\p{Cc}\p{Cf}]/u.test(part)))
    return [problem(path, 'means another file on some file systems')]
  if (parts.some(part => part.startsWith('.')))
    return [problem(path, 'is hidden: such files steer git and CI')]
  if (parts.some(part => GUARDED.test(part))) return [problem(path, 'steers CI or who must approve')]
  return []
}

function problem(path: string, what: string): Problem {
  return {
    what: `${JSON.stringify(path)} ${what}`,
    fix: 'Set the path in assay-deploy.yml to a plain folder of the deploy repository',
  }
}

function refused(problems: Problem[]): AssayError {
  return new AssayError({
    code: 'FILE_CHANGE_REFUSED',
    title: 'Assay does not write these files',
    problems,
  })
}
