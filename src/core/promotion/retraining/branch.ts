import { MODEL_NAME, VERSION_NAME } from '../../text/names.ts'
import { OWN_PREFIX } from '../places/places.ts'

/** What the branches of all retrainings begin with. */
export const RETRAIN_PREFIX = `${OWN_PREFIX}retrain-`

/** A retraining: of a model, because of the version that serves. */
export interface RetrainingOf {
  model: string
  champion: string
}

/**
 * `assay/retrain-churn-2026-05-20-e5c87ee`: one branch for each model and champion. In the model's name `-` is written `%2D`, so
 * that it ends at the first dash, and dots that git does not take `%2E`: no two have the same branch.
 */
export function retrainBranch({ model, champion }: RetrainingOf): string {
  if (!VERSION_NAME.test(champion)) throw new RangeError(`no branch for ${champion}`)
  return `${retrainPrefix(model)}${escaped(champion)}`
}

/** What the branches of all retrainings of a model begin with. */
export function retrainPrefix(model: string): string {
  if (!MODEL_NAME.test(model)) throw new RangeError(`no branch for ${model}`)
  return `${RETRAIN_PREFIX}${escaped(model).replaceAll('-', '%2D')}-`
}

/** The model and the champion of such a branch; undefined for any other. */
export function parseRetrainBranch(branch: string): RetrainingOf | undefined {
  const [, first = '', second = ''] = /^([^-]+)-(.+)$/.exec(after(branch)) ?? []
  const model = plain(first)
  const champion = plain(second)
  if (!MODEL_NAME.test(model) || !VERSION_NAME.test(champion)) return undefined
  return retrainBranch({ model, champion }) === branch ? { model, champion } : undefined
}

/** How often one retraining is begun, at most. */
export const MOST_ATTEMPTS = 3

/** What a run is given: the branch, and behind it which attempt it is, from the second on: `…/2`. */
export function claimOf(branch: string, attempt: number): string {
  return attempt === 1 ? branch : `${branch}/${attempt}`
}

/** undefined: no claim of ours. */
export function parseClaim(claim: string): (RetrainingOf & { branch: string; attempt: number }) | undefined {
  const [, branch = '', number = '1'] = /^(.*?)(?:\/([2-9]))?$/.exec(claim) ?? []
  const of = parseRetrainBranch(branch)
  const attempt = Number(number)
  return of && attempt <= MOST_ATTEMPTS ? { ...of, branch, attempt } : undefined
}

/** The ref that the run of an attempt creates before anything else: whose it is, it trains. */
export function attemptRef(branch: string, attempt: number): string {
  return `${claimsPrefix(branch)}${attempt}`
}

/** What the refs begin with that say which runs are of a branch that was deleted since. */
export function earlierRunsPrefix(branch: string): string {
  return `${claimsPrefix(branch)}earlier/`
}

/** What both begin with. */
export function claimsPrefix(branch: string): string {
  return `refs/assay/claims/${branch}/`
}

/** What the refs of all retrainings of a model begin with, also of those whose branch is gone. */
export function modelClaimsPrefix(model: string): string {
  return `refs/assay/claims/${retrainPrefix(model)}`
}

// --- internal ---

function after(branch: string): string {
  return branch.startsWith(RETRAIN_PREFIX) ? branch.slice(RETRAIN_PREFIX.length) : ''
}

function escaped(name: string): string {
  return name.replace(/\.(?=\.|lock$|$)/g, '%2E')
}

function plain(name: string): string {
  return name.replaceAll('%2D', '-').replaceAll('%2E', '.')
}
