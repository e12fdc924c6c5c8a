import { sealMessage } from '../../core/git/commit-seal.ts'
import { commitTime } from '../../core/git/commit-time.ts'
import {
  checkFileChanges,
  checkPaths,
  type FileChange,
  unlessUnreadable,
} from '../../core/git/file-changes.ts'
import { isCommitSha } from '../../core/git/names.ts'
import { changedTree, entriesIn, kindOf, type TreeEntry, treeId } from '../../core/git/tree.ts'
import { knownLive, LIVE_CONTEXT } from '../../core/promotion/status.ts'
import type {
  AskedBranch,
  BranchMove,
  CommitReply,
  DeployRepository,
  FileVersion,
  MoveReply,
  NewCommit,
  Question,
} from '../deploy-repository.ts'
import { advised } from '../expected-failures.ts'
import { badAnswer, FORGE_ERROR_CODES, inWords, isForgeError, notAhead } from '../forge-error.ts'
import type { GitlabClient } from './client.ts'
import { PAGE_SIZE, pageOf } from './convert.ts'
import { checkProject, jobTokenMayNot } from './forge.ts'
import { gitlabPullRequests } from './pull-requests.ts'
import type { GitlabByGit } from './reading/by-git.ts'
import { gitlabFiles } from './reading/files.ts'
import { snapshotsOf } from './reading/snapshots.ts'
import { gitlabRefs } from './refs.ts'
import { lastStatus } from './statuses.ts'

/**
 * A deploy repository on GitLab, without a clone. A commit is made by the commits API (signed by GitLab, where it signs) from
 * exactly its parent (`start_sha`) on a draft branch that nobody else uses; then one push moves the branch there, from exactly
 * the commit it must be at, and takes the draft away, both or neither. What a crash leaves is a draft, which the next commit
 * for the same branch takes over.
 *
 * @param byGit where given, what is asked of many models is read by it
 */
export function gitlabDeployRepository(client: GitlabClient, project: string, byGit?: GitlabByGit) {
  checkProject(project)
  const { api, memory } = client
  const files = gitlabFiles(client, project, byGit)
  const refs = gitlabRefs(client, project, files)
  const at = (path: string) => `/projects/${encodeURIComponent(project)}${path}`

  const repository = {
    name: project,
    pullRequests: gitlabPullRequests(client, project),
    readBranches: refs.read,
    async readHead(branch: string, path: string) {
      const head = (await refs.read([branch])).get(branch)
      if (!head) return undefined
      return { head, text: (await files.texts(head.commit, [path])).get(path) }
    },
    listBranches: refs.list,
    readFiles: files.texts,
    listFiles: files.list,
    commitFiles,
    moveBranch,
    fileHistory,
    readLive,
    contains,
  } satisfies DeployRepository & Record<string, unknown>
  return {
    ...repository,
    snapshots: <B extends AskedBranch>(questions: readonly Question<B>[]) =>
      snapshotsOf(repository, { files, byGit }, questions),
  }

  async function commitFiles(commit: NewCommit): Promise<CommitReply> {
    const { branch, expected, parent, files: changes } = commit
    checkFileChanges(changes)
    const paths = changes.map(change => change.path)
    const folders = await files.folders(parent, paths)
    const entries = entriesIn(folders, paths)
    checkPaths(paths, new Map([...entries].map(([path, entry]) => [path, kindOf(entry)])))
    const { tree, changed } = changedTree(folders, changes)
    if (changed.length === 0) return { kind: 'empty' }
    const before = await refs.head(branch)
    if (before !== expected) return { kind: 'moved', head: before }

    const draft = `assay-draft/${branch.replaceAll('/', '-')}`
    const made = await createDraft(draft, commit, tree, changed, entries)
    const removal = { branch: draft, from: made, to: undefined }
    const moved = await refs.move({ branch, from: expected, to: made }, removal).catch(async error => {
      throw withDraft(error, draft, await removeDraft(removal))
    })
    if (moved.kind === 'done') return { kind: 'committed', commit: made }
    // Where the draft stays, whoever reads anew and commits again takes it over, and hears what is wrong.
    await removeDraft(removal)
    return moved
  }

  async function createDraft(
    draft: string,
    { parent, message, files: changes }: NewCommit,
    tree: string,
    changed: readonly FileChange[],
    entries: ReadonlyMap<string, TreeEntry>,
  ): Promise<string> {
    const call = `POST ${at('/repository/commits')}`
    if (client.isJobToken) throw jobTokenMayNot(call)
    const sealed = sealMessage(message, tree, changes)
    const actions = changed.map(({ path, content }) => {
      if (content === undefined) return { action: 'delete' as const, filePath: path }
      const action = entries.has(path) ? ('update' as const) : ('create' as const)
      return { action, filePath: path, content: Buffer.from(content).toString('base64'), encoding: 'base64' }
    })
    // The draft is ours alone: whatever is on it was left by a run that is over, or belongs to one that loses.
    const options = { startSha: parent, force: true, stats: false }
    const creating = api.Commits.create(project, draft, sealed, actions, options)
    const { id, parent_ids: parents } = await advised(creating, COMMIT_ADVICE)
    if (typeof id !== 'string' || !isCommitSha(id)) throw badAnswer(call, 'the answer has no id')
    const root = (await files.folders(id, [])).get('') ?? []
    if (String(parents) === parent && treeId(root) === tree) return id
    throw badAnswer(call, 'the commit is not the one that was asked for')
  }

  /** A draft that stays does no harm. @returns why it stays */
  async function removeDraft({
    branch,
    from,
  }: {
    branch: string
    from: string
  }): Promise<string | undefined> {
    try {
      return await client.push(project, [{ ref: `refs/heads/${branch}`, from, to: undefined }])
    } catch (error) {
      if (isForgeError(error, ...FORGE_ERROR_CODES)) return inWords(error)
      throw error
    }
  }

  async function moveBranch({ branch, from, to }: BranchMove): Promise<MoveReply> {
    if (to !== undefined && from !== undefined && !(await contains(to, from)))
      throw notAhead(branch, from, to)
    return refs.move({ branch, from, to })
  }

  /**
   * The versions of files up to a commit, by path, newest first, one for each commit that changed it, at most `most` of each. By first
   * parents, as git tells them: a version is as old as its merge.
   */
  async function fileHistory(
    commit: string,
    paths: readonly string[],
    most: number,
  ): Promise<Map<string, FileVersion[]>> {
    const histories = new Map<string, FileVersion[]>()
    for (const path of paths) {
      const name = `${project} ${commit}:${path} ${most}`
      histories.set(path, await memory.histories(name, () => historyOf(commit, path, most)))
    }
    return histories
  }

  async function historyOf(commit: string, path: string, most: number): Promise<FileVersion[]> {
    const call = `GET ${at('/repository/commits')}`
    const versions: FileVersion[] = []
    for (let page = 1; versions.length < most; page++) {
      const options = {
        ...{ refName: commit, path, firstParent: true },
        ...{ perPage: Math.min(most, PAGE_SIZE), page, showExpanded: true },
      }
      const { items, next } = pageOf<Change>(await api.Commits.all(project, options as object), call)
      for (const { id, committed_date: date, author_name: author } of items.slice(
        0,
        most - versions.length,
      )) {
        const time = Date.parse(date)
        if (!isCommitSha(id) || Number.isNaN(time)) throw badAnswer(call, 'a commit without id or date')
        // The newest version is the file as it stands, which is mostly known.
        const where = versions.length === 0 ? commit : id
        const text = (await files.texts(where, [path]).catch(unlessUnreadable))?.get(path)
        versions.push({ commit: id, at: commitTime(time), text, ...(author && { author }) })
      }
      if (next === undefined) break
    }
    return versions
  }

  async function readLive(commit: string): Promise<FileVersion['live']> {
    const known = await lastStatus(client, project, commit, LIVE_CONTEXT)
    return known && knownLive(known)
  }

  /** Whether `commit` is `ancestor` or comes after it. */
  async function contains(commit: string, ancestor: string): Promise<boolean> {
    if (commit === ancestor) return true
    const call = `GET ${at('/repository/merge_base')}`
    try {
      const base = await api.Repositories.mergeBase(project, [commit, ancestor])
      if (!isCommitSha(String(base?.id))) throw badAnswer(call, 'the answer is no commit')
      return base.id === ancestor
    } catch (error) {
      // Two histories that have nothing in common; or 400, where one of the two is not there.
      if (isForgeError(error, 'FORGE_NOT_FOUND')) return false
      if (isForgeError(error, 'FORGE_REJECTED') && /could not find ref/i.test(inWords(error))) return false
      throw error
    }
  }
}

// --- internal ---

interface Change {
  id: string
  committed_date: string
  author_name?: string
}

const COMMIT_ADVICE =
  'Give the token the scope `api` and the role Developer in the deploy repository: a project or group access token, as the job’s own writes to no repository'

/** What went wrong, and that a draft stays, where there is a reason for it. */
function withDraft(error: unknown, draft: string, why: string | undefined): unknown {
  if (why === undefined || !isForgeError(error, ...FORGE_ERROR_CODES)) return error
  const fix = 'leave it: the next run takes it over'
  return error.with({ problems: [...error.problems, { what: `the branch ${draft} stays: ${why}`, fix }] })
}
