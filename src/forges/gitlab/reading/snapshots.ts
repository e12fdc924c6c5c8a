import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import type { AskedBranch, DeployRepository, Question, Snapshot } from '../../deploy-repository.ts'
import { takeSnapshot } from '../../snapshot.ts'
import type { GitlabPullRequests } from '../pull-requests.ts'
import type { GitlabByGit } from './by-git.ts'
import type { GitlabFiles } from './files.ts'

type Answers<B extends AskedBranch> = (Snapshot<B> | AssayError)[]

/**
 * Answers of many questions about one base: of more than a few branches, files and histories by git, and all merge requests in one
 * list. Where git is of no use, what takes one call for all of them is asked for first, and the rest is what is not known yet, of some
 * questions at once.
 */
export async function snapshotsOf<B extends AskedBranch>(
  repository: DeployRepository & { pullRequests: GitlabPullRequests },
  { files, byGit }: { files: Pick<GitlabFiles, 'warm'>; byGit: GitlabByGit | undefined },
  questions: readonly Question<B>[],
): Promise<Answers<B>> {
  const [first] = questions
  if (!first) return []
  const read = questions.length < MANY ? undefined : await byGit?.snapshots<B>(questions)
  const heads = read ? headsIn(read) : await headsOf(repository, questions)
  const asked = questions.flatMap(({ branches }) =>
    branches.filter(({ name, withoutClosed }) => heads.get(name) || !withoutClosed).map(({ name }) => name),
  )
  const pulls = await repository.pullRequests.ofBranches([...new Set(asked)], first.base)
  if (read) return read.map(answer => (isAssayError(answer) ? answer : withPulls(answer, pulls)))
  await files.warm(
    first.commit,
    questions.flatMap(question => question.files),
  )
  const { snapshot: _, snapshots: __, ...single } = repository
  const answering = {
    ...single,
    readBranches: async () => heads,
    pullRequests: { ...repository.pullRequests, ofBranch: async (name: string) => pulls.get(name)! },
  }
  const answers: Answers<B> = []
  for (let from = 0; from < questions.length; from += AT_ONCE) {
    const some = questions.slice(from, from + AT_ONCE)
    answers.push(...(await Promise.all(some.map(one => answerTo(answering, one)))))
  }
  return answers
}

// --- internal ---

/** So many take more calls one by one than a fetch does. */
const MANY = 5
const AT_ONCE = 5

function headsOf(repository: DeployRepository, questions: readonly Question[]) {
  const names = questions.flatMap(({ base, branches }) => [base, ...branches.map(({ name }) => name)])
  return repository.readBranches([...new Set(names)])
}

function headsIn(answers: Answers<AskedBranch>) {
  return new Map(
    answers.flatMap(answer =>
      isAssayError(answer) ? [] : answer.branches.map(({ name, head }) => [name, head] as const),
    ),
  )
}

function withPulls<B extends AskedBranch>(
  snapshot: Snapshot<B>,
  pulls: Awaited<ReturnType<GitlabPullRequests['ofBranches']>>,
): Snapshot<B> {
  return {
    ...snapshot,
    branches: snapshot.branches.map(branch => ({ ...branch, pulls: pulls.get(branch.name) ?? branch.pulls })),
  }
}

async function answerTo<B extends AskedBranch>(
  repository: DeployRepository,
  question: Question<B>,
): Promise<Snapshot<B> | AssayError> {
  try {
    return await takeSnapshot(repository, question)
  } catch (error) {
    if (!isAssayError(error, 'FILE_UNREADABLE', 'FILE_CHANGE_REFUSED')) throw error
    return error
  }
}
