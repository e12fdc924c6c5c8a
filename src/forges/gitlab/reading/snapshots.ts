import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import type { AskedBranch, DeployRepository, Question, Snapshot } from '../../deploy-repository.ts'
import { takeSnapshot } from '../../snapshot.ts'
import type { GitlabFiles } from './files.ts'

/**
 * Answers of many questions about one base. What takes one call for all of them is asked for first, which is where their branches are; the
 * rest is what is not known yet, of some questions at once.
 */
export async function snapshotsOf<B extends AskedBranch>(
  repository: DeployRepository,
  files: Pick<GitlabFiles, 'warm'>,
  questions: readonly Question<B>[],
): Promise<(Snapshot<B> | AssayError)[]> {
  const [first] = questions
  if (!first) return []
  await files.warm(
    first.commit,
    questions.flatMap(question => question.files),
  )
  const names = questions.flatMap(({ base, branches }) => [base, ...branches.map(({ name }) => name)])
  const heads = await repository.readBranches([...new Set(names)])
  const { snapshot: _, snapshots: __, ...single } = repository
  const answering = { ...single, readBranches: async () => heads }
  const answers: (Snapshot<B> | AssayError)[] = []
  for (let from = 0; from < questions.length; from += AT_ONCE) {
    const some = questions.slice(from, from + AT_ONCE)
    answers.push(...(await Promise.all(some.map(one => answerTo(answering, one)))))
  }
  return answers
}

// --- internal ---

const AT_ONCE = 5

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
