import { join } from 'node:path/posix'
import { answersToldOf } from '../../../core/deploy-config/policy.ts'
import type { CanaryMove } from '../../../core/promotion/canary/canary-plan.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import type { PromotionFacts } from '../../../core/promotion/plan/facts.ts'
import type { Waiting } from '../../../core/promotion/plan/waiting.ts'
import { mayReplace, renderCommitMessage } from '../../../core/promotion/text/commit-message.ts'
import type { PromotionText } from '../../../core/promotion/text/text.ts'
import { type CanaryFile, renderCanary, triedFileOf } from '../../../core/release/canary-file.ts'
import { ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import { renderRelease } from '../../../core/release/record-file.ts'
import { type Mask, maskedValue } from '../../../core/secrets/masked-value.ts'
import type { Result } from '../../../core/verdict/result.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import type { BranchRequest } from '../../../forges/ensure/branch.ts'
import type { DeployAccess } from '../../command/context.ts'
import { DEPLOY_FILE } from '../read/deploy-branch.ts'
import { writtenFiles } from '../read/deviation.ts'
import { ensureNoOverride } from '../read/effect.ts'
import type { EnvironmentPlace, ModelState } from '../read/state.ts'
import { filesOf } from '../read/state.ts'
import { manifestTexts } from '../read/written.ts'
import { noSlices, profileChanges } from './profile-change.ts'
import { watchChange } from './watch-change.ts'

/** What is to be written for one release in one environment. */
export interface Proposal {
  state: ModelState
  facts: PromotionFacts
  place: EnvironmentPlace
  kind: PromotionText['kind']
  from?: ReleaseRecord
  to: ReleaseRecord
  /** As of the plan: absent of a rollback. */
  weighed?: boolean
  lands: PromotionText['lands']
  waiting: readonly Waiting[]
  /** The step of a canary that it is; `to` is the release that is tried, `from` the one that keeps the rest. */
  canary?: CanaryMove
  /** Verdict of the two weighed anew. */
  result?: Result
  /** Key of a release that may not enter any more, on the branch until now. */
  withdrawn?: string
  /** Text of the profile of a release that this run has made. */
  profile?: string
  /** Of a rollback. */
  reason?: string
  /** Files of a rollback, instead of those that the target writes. */
  restore?: (texts: ReadonlyMap<string, string | undefined>) => FileDifference[]
  /**
   * The difference of what is rendered, where there is a renderer.
   *
   * @throws AssayError `PROMOTION_WITHOUT_EFFECT`
   */
  render?: (changes: readonly FileDifference[]) => Promise<string | undefined>
}

/** Thrown where the base has moved and with it what was decided: everything is to be read and decided anew. */
export class StateMoved extends Error {}

/** The request for the branch of a proposal, and the text that goes with its last edit. */
export function branchRequestOf(
  { repository, mask }: Pick<DeployAccess, 'repository' | 'mask'>,
  given: Proposal,
): BranchRequest & { text: () => PromotionText } {
  const proposal = mask ? withoutSecrets(given, mask) : given
  const { state, place, withdrawn } = proposal
  let text: PromotionText | undefined
  return {
    branch: place.branch,
    base: state.branch,
    async edit(base) {
      const texts = await textsAt(repository, proposal, base.commit)
      const changes = (proposal.restore ?? (known => changesOf(proposal, known)))(texts)
      const tried = triedAfter(proposal)
      const serving = { ...proposal, to: recordAfter(proposal), ...(tried && { tried: tried.challenger }) }
      const written = proposal.canary?.step === 'take_back' ? serving : proposal
      if (proposal.kind === 'promotion') ensureNoOverride(written, changes, texts)
      const profiles = await profileChanges(repository, serving, base.commit)
      const edited = { texts, changes, profile: profiles.serving }
      const watching = await watchChange(repository, serving, edited, base.commit)
      const shown = mask ? shownChanges(watching.shown, mask) : watching.shown
      text = textOf(proposal, shown, await proposal.render?.(watching.rendered), {
        watching: watching.told,
        noSlices: tried && noSlices(tried, profiles.serving),
      })
      const files = [...watching.shown, ...watching.hidden, profiles.serving, profiles.tried]
        .filter(one => one !== undefined)
        .filter(({ before, after }) => before !== after)
        .map(({ path, after }) => ({ path, content: after }))
      return { files, message: renderCommitMessage(text) }
    },
    replaces: message => mayReplace(text ?? textOf(proposal, []), message, withdrawn),
    text: () => text ?? textOf(proposal, []),
  }
}

/**
 * Record, canary and manifests as the release leaves them.
 *
 * @throws AssayError of the target, where the manifests do not take the release
 */
export function changesOf(
  proposal: Pick<Proposal, 'place' | 'from' | 'to' | 'canary'>,
  texts: ReadonlyMap<string, string | undefined>,
): FileDifference[] {
  const { place, canary } = proposal
  const { folder, records, recordFile, triedFiles } = place
  const release = recordAfter(proposal)
  const tried = triedAfter(proposal)
  const files = manifestTexts(place, path => texts.get(path))
  const edited = writtenFiles(place, files, {
    release,
    how: 'edit',
    ...(tried && { tried: { path: `${records}/${triedFileOf(tried)}`, file: tried } }),
  })
  const difference = (path: string, after: string | undefined): FileDifference => ({
    path,
    ...(texts.get(path) !== undefined && { before: texts.get(path) }),
    ...(after !== undefined && { after }),
  })
  return [
    ...(canary && canary.step !== 'promote' ? [] : [difference(recordFile, renderRelease(release))]),
    ...triedFiles.flatMap(path => {
      const after = tried && path.endsWith(triedFileOf(tried)) ? renderCanary(tried) : undefined
      return after !== undefined || texts.get(path) !== undefined ? [difference(path, after)] : []
    }),
    ...[...edited].map(([file, after]) => difference(join(folder, file), after)),
  ]
}

// --- internal ---

/** The release of the record once it is merged: while another is tried, that which served before. */
function recordAfter({ from, to, canary }: Pick<Proposal, 'from' | 'to' | 'canary'>): ReleaseRecord {
  return canary && canary.step !== 'promote' ? from! : to
}

/** The canary as it is once it is merged. */
function triedAfter({ canary }: Pick<Proposal, 'canary'>): CanaryFile | undefined {
  return canary && 'file' in canary ? canary.file : undefined
}

/** What is written of a proposal, freed of the secrets of this run: the records, which may be older than this border, and its words. */
function withoutSecrets(proposal: Proposal, mask: Mask): Proposal {
  const { from, to: given, reason, render, canary } = proposal
  const to = maskedValue(ReleaseRecord, given, mask)
  return {
    ...proposal,
    to,
    ...(canary && { canary: withChallenger(canary, to) }),
    ...(from && { from: maskedValue(ReleaseRecord, from, mask) }),
    ...(reason !== undefined && { reason: mask.text(reason) }),
    ...(render && {
      render: async changes => {
        const rendered = await render(changes)
        return rendered === undefined ? undefined : mask.text(rendered)
      },
    }),
  }
}

function withChallenger(move: CanaryMove, challenger: ReleaseRecord): CanaryMove {
  switch (move.step) {
    case 'start':
      return { ...move, file: { ...move.file, challenger } }
    case 'advance':
      return { ...move, file: { ...move.file, challenger } }
    case 'promote':
    case 'take_back':
      return move
  }
}

/** The files as the text shows them; what is committed are the changes themselves. */
function shownChanges(changes: readonly FileDifference[], mask: Mask): FileDifference[] {
  return changes.map(({ path, before, after }) => ({
    path,
    ...(before !== undefined && { before: mask.text(before) }),
    ...(after !== undefined && { after: mask.text(after) }),
  }))
}

/**
 * Texts of the place at a commit. Where others were there meanwhile, what was decided holds only if these did not change: the
 * configuration that it was decided by among them.
 */
async function textsAt(
  repository: DeployRepository,
  { state, place }: Proposal,
  commit: string,
): Promise<ReadonlyMap<string, string | undefined>> {
  if (commit === state.head.commit) return state.files
  // Elsewhere there is none to read.
  const config = state.files.has(DEPLOY_FILE) ? [DEPLOY_FILE] : []
  const texts = await repository.readFiles(commit, [...config, ...filesOf(place)])
  if ([...texts].some(([path, text]) => state.files.get(path) !== text)) throw new StateMoved()
  return texts
}

function textOf(
  proposal: Proposal,
  changes: readonly FileDifference[],
  rendered?: string,
  { watching, noSlices: slices }: { [K in 'watching' | 'noSlices']?: PromotionText[K] | undefined } = {},
): PromotionText {
  const { kind, place, from, to, weighed = true, lands, waiting, result, reason, facts, canary } = proposal
  const stayIn = (name: string) =>
    facts.stays.findLast(stay => stay.environment === name && stay.until === undefined)
  const standing = stayIn(place.environment.name)?.standing
  const answers = answersToldOf(place.environment.policy)
  return {
    kind,
    environment: place.environment.name,
    ...(from && { from }),
    ...(standing && { standing }),
    to,
    ...(canary && { canary }),
    weighed,
    ...(result && { result }),
    lands,
    changes,
    ...(rendered !== undefined && { rendered }),
    ...(watching && { watching }),
    ...(slices !== undefined && { noSlices: slices }),
    environments: facts.config.environments.map(({ name }) => {
      const release = stayIn(name)?.release
      return { name, ...(release && { release }) }
    }),
    ...(answers.length > 0 && { answers }),
    waiting,
    ...(reason !== undefined && { reason }),
  }
}

/** Whether two records are the same release. */
export function isSameRelease(a: ReleaseRecord | undefined, b: ReleaseRecord | undefined): boolean {
  return (a && releaseKey(a)) === (b && releaseKey(b))
}
