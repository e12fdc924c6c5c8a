import { type AssayError, isAssayError } from '../../core/errors/errors.ts'
import type { AskedBranch, Question, Snapshot } from '../deploy-repository.ts'
import { isForgeError } from '../forge-error.ts'
import type { GithubFiles } from './files.ts'
import type { Graphql } from './graphql.ts'
import type { List } from './pull-requests.ts'
import { type Found, look, type Repo, snapshotIn } from './snapshot.ts'

/**
 * Many questions about one commit, some dozens in a call. Files are found by the list of the commit and read by their ids, each
 * once. Pull requests are asked for in brief, and the questions that have an open one once more in full: GitHub counts the lists
 * that an answer may need, and those of open pull requests that are not there are most of them.
 *
 * @param list takes the list of a commit to `files`
 */
export function githubSnapshots(
  graphql: Graphql,
  repo: Repo,
  files: GithubFiles,
  list: (commit: string) => Promise<unknown>,
) {
  return async <B extends AskedBranch>(
    questions: readonly Question<B>[],
  ): Promise<(Snapshot<B> | AssayError)[]> => {
    const [first] = questions
    if (!first) return []
    if (!files.isListed(first.commit)) await list(first.commit)
    const brief = await inPieces(questions, MOST_PARTS, some => ask(some, { brief: true }))
    const again = questions.filter((_, at) => brief[at] === 'once more')
    const full = await inPieces(again, MOST_FULL_PARTS, some => ask(some, {}))
    const answers = new Map(again.map((question, at) => [question, full[at]!]))
    return questions.map((question, at) => (answers.get(question) ?? brief[at]) as Snapshot<B> | AssayError)
  }

  async function ask<B extends AskedBranch>(
    questions: readonly Question<B>[],
    more: { brief?: true },
  ): Promise<(Snapshot<B> | AssayError | 'once more')[]> {
    const [{ base, commit }] = questions as readonly [Question<B>]
    const blobs = files.unread(
      commit,
      questions.flatMap(question => question.files),
    )
    const asked = {
      branches: questions.flatMap(({ branches }) => branches),
      histories: questions.flatMap(({ histories }) => histories),
      paths: [],
      blobs,
      ...more,
    }
    const { found, tree } = await look(graphql, repo, { base, commit }, asked)
    files.learnBlobs(
      commit,
      tree,
      blobs.map((id, at) => [id, (found[`b${at}`] as { text?: string } | null) ?? null]),
    )
    const answers: (Snapshot<B> | AssayError | 'once more')[] = []
    const from = { branch: 0, history: 0 }
    for (const question of questions) {
      const isOpen = question.branches.some((_, at) => hasAny(found, from.branch + at))
      answers.push(more.brief && isOpen ? 'once more' : await answerTo(question, found, from))
      from.branch += question.branches.length
      from.history += question.histories.length
    }
    return answers
  }

  /** What keeps one question from its answer keeps no other. */
  async function answerTo<B extends AskedBranch>(
    question: Question<B>,
    found: Found,
    from: { branch: number; history: number },
  ): Promise<Snapshot<B> | AssayError> {
    try {
      return await snapshotIn(files, question, found, from)
    } catch (error) {
      if (isAssayError(error) && error.code.startsWith('FILE_')) return error
      throw error
    }
  }
}

// --- internal ---

/**
 * Branches and histories in a call. A history by path walks through commits, and GitHub ends a query after ten seconds, or when
 * it has used up what one may; how much that is nobody tells, so a piece that fails is halved, and later ones are as small.
 */
const MOST_PARTS = 180
/**
 * The same with all of open pull requests. Each branch may then need 3,000 entries of lists, of half a million that GitHub allows
 * (https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api).
 */
const MOST_FULL_PARTS = 90

/** What a smaller question may get an answer to. */
const TOO_MUCH = ['FORGE_TIMEOUT', 'FORGE_UNAVAILABLE', 'FORGE_REJECTED', 'FORGE_BAD_ANSWER'] as const

async function inPieces<Q extends Question, A>(
  questions: readonly Q[],
  mostParts: number,
  ask: (some: readonly Q[]) => Promise<A[]>,
): Promise<A[]> {
  const answers: A[] = []
  let most = mostParts
  while (answers.length < questions.length) {
    const piece = pieceOf(questions.slice(answers.length), most)
    try {
      answers.push(...(await ask(piece)))
    } catch (error) {
      if (piece.length === 1 || !isForgeError(error, ...TOO_MUCH)) throw error
      most = Math.floor(partsOf(piece) / 2)
    }
  }
  return answers
}

/** The first of them, at least one, and no more than make so many parts. */
function pieceOf<Q extends Question>(questions: readonly Q[], most: number): readonly Q[] {
  let parts = 0
  const end = questions.findIndex(question => {
    parts += partsOf([question])
    return parts > most
  })
  return end < 0 ? questions : questions.slice(0, Math.max(1, end))
}

function partsOf(questions: readonly Question[]): number {
  return questions.reduce((sum, { branches, histories }) => sum + branches.length + histories.length, 0)
}

function hasAny(found: Found, at: number): boolean {
  const nodes = (found[`o${at}`] as List | undefined)?.nodes
  return Array.isArray(nodes) && nodes.length > 0
}
