import { type AssayError, isAssayError } from '../../core/errors/errors.ts'
import { unlessUnreadable } from '../../core/git/file-changes.ts'
import { isCommitPath } from '../../core/git/names.ts'
import type { BatchObject } from '../../services/git/batch.ts'
import type { GitClient } from '../../services/git/client.ts'
import {
  blobText,
  isFile,
  pastText,
  type TreeVersion,
  versionsOf,
  withBytes,
} from '../../services/git/objects.ts'
import { entriesAt } from '../../services/git/trees.ts'
import type { AskedBranch, DeployRepository, FileVersion, Question, Snapshot } from '../deploy-repository.ts'
import { MOST_VERSIONS } from '../snapshot.ts'
import { checkedPath, type FileAt, filesAt } from './files.ts'
import type { PlainGitServer } from './server.ts'

/**
 * Answers many questions with one list of branches, one look into the commit, one walk through its history and one fetch for all
 * files: what `takeSnapshot` answers to each.
 */
export function plainGitSnapshots(
  git: GitClient,
  server: PlainGitServer,
): Required<Pick<DeployRepository, 'snapshots'>>['snapshots'] {
  let walked: { commit: string; versions: ReadonlyMap<string, TreeVersion[]> } | undefined
  return snapshots

  async function snapshots<B extends AskedBranch>(
    questions: readonly Question<B>[],
  ): Promise<(Snapshot<B> | AssayError)[]> {
    const [first] = questions
    if (!first) return []
    const { commit } = first
    const names = questions.flatMap(({ base, branches }) => [base, ...branches.map(({ name }) => name)])
    const heads = await server.heads([...new Set(names)])
    await server.fetchHistory(commit)
    const found = await filesOf(commit, questions)
    const histories = await versionsIn(commit, questions)
    const onBranches = new Map<B, FileAt | undefined>()
    for (const branch of questions.flatMap(({ branches }) => branches)) {
      const head = heads.get(branch.name)
      if (head) onBranches.set(branch, await fileOn(head.commit, branch.file))
    }
    const versions = questions.flatMap(question =>
      question.histories.flatMap(path => (histories.get(path) ?? []).map(({ entry }) => entry)),
    )
    const blobs = await bytesOf([
      ...found.flatMap(files => (isAssayError(files) ? [] : files)),
      ...[...onBranches.values()].flatMap(file => file ?? []),
      ...versions.filter(isFile),
    ])
    return questions.map((question, at) =>
      unlessError(() => {
        const files = found[at]!
        if (isAssayError(files)) throw files
        const texts = new Map(files.map(({ id, path }) => [path, blobText(blobs.get(id)!, path)]))
        return {
          base: heads.get(question.base),
          branches: question.branches.map(branch => ({
            ...branch,
            head: heads.get(branch.name),
            text: textOn(onBranches.get(branch), blobs),
            pulls: { open: undefined, closed: [] },
          })),
          files: new Map(question.files.map(path => [path, texts.get(path)])),
          histories: new Map(
            question.histories.map(path => [
              path,
              withTexts(checkedPath(path), histories.get(path) ?? [], blobs),
            ]),
          ),
        }
      }),
    )
  }

  /** The files of each question, or why they cannot be read. */
  async function filesOf(
    commit: string,
    questions: readonly Question[],
  ): Promise<(readonly FileAt[] | AssayError)[]> {
    const asked = questions.map(({ files }) => unlessError(() => files.map(checkedPath)))
    const paths = asked.flatMap(files => (isAssayError(files) ? [] : files))
    const entries = await entriesAt(git, commit, paths)
    return asked.map(files => (isAssayError(files) ? files : unlessError(() => filesAt(entries, files))))
  }

  /** Where many are asked for, of all files: a commit does not change, and the next questions are mostly about the same. */
  async function versionsIn(
    commit: string,
    questions: readonly Question[],
  ): Promise<ReadonlyMap<string, readonly TreeVersion[]>> {
    const [{ histories }, ...others] = questions as [Question, ...Question[]]
    // What is no path is told with the answer.
    if (others.length === 0) return versionsOf(git, commit, histories.filter(isCommitPath), MOST_VERSIONS)
    if (walked?.commit !== commit)
      walked = { commit, versions: await versionsOf(git, commit, 'all', MOST_VERSIONS) }
    return walked.versions
  }

  /** Undefined also for what cannot be read. */
  async function fileOn(commit: string, path: string): Promise<FileAt | undefined> {
    const read = async () => filesAt(await entriesAt(git, commit, [checkedPath(path)]), [path])[0]
    return read().catch(unlessUnreadable)
  }

  async function bytesOf(files: readonly { id: string }[]): Promise<ReadonlyMap<string, BatchObject>> {
    const ids = [...new Set(files.map(({ id }) => id))]
    await server.fetchBlobs(ids)
    const read = await withBytes(
      git,
      ids.map(id => ({ id })),
    )
    return new Map(read.map(({ id, bytes }) => [id, bytes]))
  }
}

// --- internal ---

function textOn(file: FileAt | undefined, blobs: ReadonlyMap<string, BatchObject>): string | undefined {
  return file && pastText(blobs.get(file.id)!, file.path)
}

function withTexts(
  path: string,
  versions: readonly TreeVersion[],
  blobs: ReadonlyMap<string, BatchObject>,
): FileVersion[] {
  return versions.map(({ entry, ...version }) => ({
    ...version,
    text: isFile(entry) ? pastText(blobs.get(entry.id)!, path) : undefined,
  }))
}

/** What keeps the files of a question from being read is its answer. */
function unlessError<T>(answer: () => T): T | AssayError {
  try {
    return answer()
  } catch (error) {
    if (!isAssayError(error, 'FILE_UNREADABLE', 'FILE_CHANGE_REFUSED')) throw error
    return error
  }
}
