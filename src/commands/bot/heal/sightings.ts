import { readComment } from '../../../core/chatops/grammar.ts'
import { parseReply } from '../../../core/chatops/replies.ts'
import { PROMOTION_PREFIX, parsePromotionBranch } from '../../../core/promotion/places/places.ts'
import { parseRetrainBranch, RETRAIN_PREFIX } from '../../../core/promotion/retraining/branch.ts'
import { baseMark } from '../../../core/text/marker.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import type { SeenPull, SeenRepository, SeenWritten } from '../../../forges/survey.ts'
import { DEPLOY_FILE } from '../../deploy/read/deploy-branch.ts'
import type { Key, RepositoryName } from '../keys.ts'

/** Something that may be to be looked at, seen without any event. */
export interface Sighting {
  key: Key
  /** Since when it waits, in milliseconds since the epoch. Infinity: nobody tells, and nobody waits for an answer. */
  since: number
  /** What was seen, and how it was: seen just so once more, there is nothing new about it. */
  subject: string
  state: string
}

/** Files and branches of a repository that say what there may be to look at. */
export const SIGNS = { files: [DEPLOY_FILE, CONFIG_FILE], prefix: RETRAIN_PREFIX }

/** Milliseconds: who waits longer for a verdict or an answer has asked again. */
export const LATELY_MS = 3 * 86_400_000

/**
 * What a look at many repositories shows that no event may have told of: ended runs without report, commands without answer,
 * promotions and deploy repositories that changed. What a pull request says is a reason to look, and nothing more.
 */
export function sightingsIn(repository: RepositoryName, seen: SeenRepository): Sighting[] {
  return [
    ...(isDeploy(seen) ? promotions(repository, seen) : []),
    ...(seen.files.has(CONFIG_FILE) ? retrainings(repository, seen) : []),
    ...seen.runs.flatMap(run => ofRun(repository, run)),
    ...seen.pulls.flatMap(pull => [
      ...(pull.state === 'open' ? pull.runs.flatMap(run => ofRun(repository, run, pull.number)) : []),
      ...(pull.state === 'open' ? ofBase(repository, pull, seen.pulls) : []),
      ...commands(repository, pull),
    ]),
  ]
}

/**
 * What a full look names, whatever was seen before: the promotions that are somewhere, the runs of where
 * something goes on, and the retrainings of where there are more than are seen.
 */
export function allIn(repository: RepositoryName, seen: SeenRepository, now: number): Key[] {
  const last = Math.max(seen.head?.at ?? 0, ...seen.pulls.map(({ changedAt }) => changedAt))
  return [
    ...(isDeploy(seen) ? [{ kind: 'promotion', deploy: repository } as const] : []),
    ...(now - last <= LATELY_MS ? [{ kind: 'runs', repository } as const] : []),
    // Of those that a survey does not show, its look sees all.
    ...(seen.isCut && seen.files.has(CONFIG_FILE) ? [{ kind: 'retrainings', repository } as const] : []),
  ]
}

/** The same of a repository that could not be seen: what is wrong with it, its look says. */
export function unseenIn(repository: RepositoryName): Key[] {
  return [
    { kind: 'promotion', deploy: repository },
    { kind: 'runs', repository },
  ]
}

// --- internal ---

function isDeploy({ files }: SeenRepository): boolean {
  return files.has(DEPLOY_FILE)
}

function promotions(deploy: RepositoryName, { head, pulls }: SeenRepository): Sighting[] {
  const base = head && {
    key: { kind: 'promotion' as const, deploy },
    since: head.at,
    subject: `${deploy.name} ${head.branch}`,
    state: head.commit,
  }
  const own = pulls.filter(({ branch, isFork }) => !isFork && branch.startsWith(PROMOTION_PREFIX))
  const changed = own.flatMap(({ number, branch, changedAt, state, head, checks = '' }): Sighting[] => {
    const model = parsePromotionBranch(branch)?.model
    if (model === undefined) return []
    return [
      {
        key: { kind: 'promotion', deploy, model },
        since: changedAt,
        subject: `${deploy.name} #${number}`,
        state: [state, head, checks, changedAt].join(' '),
      },
    ]
  })
  return base ? [base, ...changed] : changed
}

/** Retrainings that were begun and not proposed: most of them are over, which their branches do not tell. */
function retrainings(repository: RepositoryName, { branches, pulls }: SeenRepository): Sighting[] {
  const proposed = new Set(pulls.flatMap(({ branch, isFork }) => (isFork ? [] : branch)))
  return branches
    .filter(branch => parseRetrainBranch(branch) !== undefined && !proposed.has(branch))
    .map(branch => ({
      key: { kind: 'retraining', repository, branch },
      since: Infinity,
      subject: `${repository.name} ${branch}`,
      state: '',
    }))
}

function ofRun(
  repository: RepositoryName,
  { id, endedAt, isReported, isElsewhere }: SeenPull['runs'][number],
  pullRequest?: number,
): Sighting[] {
  if (isReported) return []
  const key = { kind: 'run' as const, repository, id, ...(isElsewhere && { pullRequest: pullRequest! }) }
  return [{ key, since: endedAt, subject: `${repository.name} run ${id}`, state: `${endedAt}` }]
}

/**
 * What was judged by the rules of another branch than it is for. Where that is not seen from afar it is looked at, once of each; and so
 * is what was taken back, once more whenever other pull requests than before have the same head.
 */
function ofBase(
  repository: RepositoryName,
  { number, head, base, judgedFor, changedAt }: SeenPull,
  pulls: readonly SeenPull[],
): Sighting[] {
  if (base === undefined || judgedFor === undefined) return []
  const marks = judgedFor === 'unknown' ? undefined : judgedFor.filter(mark => mark !== baseMark(base))
  if (marks?.length === 0) return []
  const others = pulls.filter(one => one.state === 'open' && one.head === head && one.number !== number)
  return [
    {
      key: { kind: 'head', repository, pullRequest: number, commit: head },
      since: changedAt,
      subject: `${repository.name} #${number} base`,
      state: [base, ...(marks ?? []), ...others.map(one => `#${one.number}`)].join(' '),
    },
  ]
}

function commands(repository: RepositoryName, { number, written }: SeenPull): Sighting[] {
  const answered = written.flatMap(({ author, body }) => (author === 'own' ? (parseReply(body) ?? []) : []))
  const isAnswered = ({ id, writtenAs }: SeenWritten) =>
    answered.some(one => one.comment === id && one.writtenAs === writtenAs)
  return written
    .filter(one => one.author === 'person' && readComment(one.body).kind !== 'nothing' && !isAnswered(one))
    .map(({ id, writtenAs, at }) => ({
      key: { kind: 'comment', repository, pullRequest: number, id, writtenAs },
      since: at,
      subject: `${repository.name} ${writtenAs} ${id}`,
      state: '',
    }))
}
