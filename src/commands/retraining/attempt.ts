import { AssayError } from '../../core/errors/errors.ts'
import type { FileChange } from '../../core/git/file-changes.ts'
import { attemptRef, parseClaim } from '../../core/promotion/retraining/branch.ts'
import type { DeployAccess } from '../command/context.ts'
import { type RetrainSource, readRetrainSource } from './facts.ts'
import { commitUpdate, proposeRetrained } from './propose.ts'
import type { Updating } from './update.ts'

export interface Attempt {
  model: string
  champion: string
  branch: string
  /** This run is to train; another one has the attempt otherwise. */
  isOurs: boolean
  words: string
  url?: string
}

/**
 * What the run of a retraining calls, before anything else and once more when it has pushed: the first call makes the attempt its
 * own, so that a run that was started twice ends; the second opens the pull request of what it pushed.
 *
 * @param run what tells this run from others, the same for all its steps and attempts
 * @throws AssayError `RETRAIN_CLAIM` where it is no claim, or nobody made it
 */
export async function takeAttempt(
  access: DeployAccess,
  asked: {
    claim: string
    run: string
    base: string
    config: string
    /** What live traffic shows of a model, where that is at hand. */
    reportOf?: (model: string) => Promise<string | undefined>
    /** Runs the command that moves the data on. */
    update(command: { run: string; timeout: string }, updating: Updating): Promise<FileChange[]>
  },
): Promise<Attempt> {
  const { repository, claims } = access
  const claim = parseClaim(asked.claim)
  if (!claim)
    throw noClaim(`${JSON.stringify(asked.claim)} is none`, 'hand on the input `claim` as it was given')
  const { model, champion, branch, attempt } = claim
  if (!claims || !repository.pullRequests)
    throw noClaim(`no run is started for ${repository.name}`, 'retrainings are of repositories on a forge')
  const head = (await repository.readBranches([branch])).get(branch)
  if (!head)
    throw noClaim(`there is no branch ${branch}`, '`assay retrain` or the bot makes it, and starts the run')
  const of = { model, champion, branch }
  const ref = attemptRef(branch, attempt)
  const isLater = (await claims.claimed(ref)) !== undefined
  if (!(await claims.claim(ref, head.commit, `run ${asked.run}`)))
    return { ...of, isOurs: false, words: 'another run has this attempt: there is nothing to do' }
  const source = await readRetrainSource(repository, asked.base, asked.config)
  if (await repository.contains(source.head.commit, head.commit)) {
    const update = updateOf(source, model)
    if (!update)
      return {
        ...of,
        isOurs: true,
        words: isLater
          ? `nothing is pushed to ${branch} yet; where the run ends so, there was nothing newer to train on`
          : `this run retrains ${model}; what it pushes to ${branch} is proposed`,
      }
    const updating = { model, champion, branch, commit: head.commit }
    const files = await asked.update(update, updating)
    if (files.length === 0 || !(await commitUpdate(access, updating, files)))
      return {
        ...of,
        isOurs: true,
        words: `there is nothing newer to train on: \`${update.run}\` changed no tracked file`,
      }
  }
  const { open } = await repository.pullRequests.ofBranch(branch, source.branch)
  if (open) return { ...of, isOurs: true, words: `pull request ${open.number} proposes it`, url: open.url }
  const why = `The run ${asked.run} was started for this.`
  const report = await asked.reportOf?.(model)
  const { words, url } = await proposeRetrained(access, { model, champion, why, report, source }, branch)
  return { ...of, isOurs: true, words, url }
}

// --- internal ---

function updateOf({ models }: RetrainSource, model: string): { run: string; timeout: string } | undefined {
  const retrain = models[model]?.retrain
  return retrain && 'update' in retrain ? retrain.update : undefined
}

function noClaim(what: string, fix: string): AssayError {
  return new AssayError({
    code: 'RETRAIN_CLAIM',
    title: 'This run has no retraining',
    problems: [{ what, fix }],
  })
}
