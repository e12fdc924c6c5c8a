import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AssayError, isAssayError, type Problem } from '../../core/errors/errors.ts'
import type { FileChange } from '../../core/git/file-changes.ts'
import { decodeUtf8 } from '../../core/text/utf8.ts'
import { readInside } from '../../services/files/files.ts'
import { openRepository, type Repository } from '../../services/git/git.ts'
import { environmentFor, runCommand } from '../../services/process/process.ts'
import type { Context } from '../command/context.ts'
import { endedWell, howEnded } from '../project/ended.ts'
import { timeoutOf } from '../project/project.ts'

export interface Updating {
  model: string
  /** The version that serves. */
  champion: string
  branch: string
  /** Where the branch is, which must be checked out. */
  commit: string
}

/**
 * Runs the command that moves the data of a model on, in the checkout of its retraining.
 *
 * @returns tracked files that it changed or deleted, and new ones that it added to git; none where there is nothing newer
 * @throws AssayError `RETRAIN_FAILED` where another commit is checked out, something was changed before, the command fails, or it
 *   changes what is no text of at most 1 MiB
 */
export async function updateData(
  context: Context,
  command: { run: string; timeout: string },
  updating: Updating,
): Promise<FileChange[]> {
  const { folder, env, log, signal } = context
  const { model, champion } = updating
  const repository = await checkoutOf(context, updating)
  const ended = await log.group(`Update the data of ${model}: ${command.run}`, () =>
    runCommand({
      run: command.run,
      folder,
      env: environmentFor(env, { ASSAY_WORKSPACE: folder, ASSAY_MODEL: model, ASSAY_CHAMPION: champion }),
      timeoutSeconds: timeoutOf(command),
      signal,
      onOutput: chunk => log.raw(chunk),
    }),
  )
  if (!endedWell(ended))
    throw failed(model, [
      { what: howEnded(command, ended), fix: 'its output stands above; the next attempt runs it again' },
    ])
  const paths = await repository.uncommitted([])
  const problems: Problem[] = []
  const changes: FileChange[] = []
  for (const path of paths) {
    const read = await changeOf(folder, repository, updating.commit, path)
    if ('what' in read) problems.push(read)
    else changes.push(read)
  }
  if (problems.length > 0) throw failed(model, problems)
  return changes
}

// --- internal ---

const MOST_BYTES = 1024 * 1024
const LFS_POINTER = 'version https://git-lfs.github.com/spec/'

/** @throws AssayError where what is committed afterwards would not be what the command changed */
async function checkoutOf(
  { folder, env }: Context,
  { model, branch, commit }: Updating,
): Promise<Repository> {
  const repository = existsSync(join(folder, '.git')) && (await openRepository(folder, { env }))
  if (!repository)
    throw failed(model, [
      {
        what: 'this is not the root of a checkout: `update` of `retrain` changes files that are committed',
        where: { file: folder },
        fix: `check out the branch ${branch} in a step before`,
      },
    ])
  const head = await repository.headCommit()
  if (head !== commit)
    throw failed(model, [
      {
        what: `${head?.slice(0, 7) ?? 'no commit'} is checked out, and ${branch} is at ${commit.slice(0, 7)}`,
        fix: `check out the branch ${branch} in a step before`,
      },
    ])
  const changed = await repository.uncommitted([])
  if (changed.length > 0)
    throw failed(
      model,
      changed.map(path => ({
        what: `${path} was changed before \`update\` of \`retrain\` ran`,
        where: { file: path },
        fix: 'let nothing change tracked files before, or commit and push it yourself',
      })),
    )
  return repository
}

async function changeOf(
  folder: string,
  repository: Repository,
  commit: string,
  path: string,
): Promise<FileChange | Problem> {
  const refused = (what: string): Problem => ({
    what: `${path} ${what}`,
    where: { file: path },
    fix: 'keep data outside of git (DVC, a bucket) and let the command change what names it; or push the commit yourself, without `update`',
  })
  try {
    const { bytes } = await readInside(folder, path, { maxBytes: MOST_BYTES, input: 'data version' })
    const read = decodeUtf8(bytes)
    if (!('text' in read)) return refused('is no text')
    const before = await repository.readFileAt(commit, path)
    const isLarge = before && Buffer.from(before).toString('latin1').startsWith(LFS_POINTER)
    return isLarge && !read.text.startsWith(LFS_POINTER)
      ? refused('is a file of Git LFS')
      : { path, content: read.text }
  } catch (error) {
    if (!isAssayError(error)) throw error
    if (error.code === 'FILE_NOT_FOUND') return { path, content: undefined }
    return refused(`cannot be committed: ${error.problems[0]?.what ?? error.message}`)
  }
}

function failed(model: string, problems: Problem[]): AssayError {
  return new AssayError({
    code: 'RETRAIN_FAILED',
    title: `The data of ${model} could not be moved on`,
    problems,
    worked: 'the attempt is this run’s; nothing was committed or proposed',
  })
}
