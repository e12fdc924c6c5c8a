import type { AssayError } from '../../../core/errors/errors.ts'
import { renderError } from '../../../core/text/error-text.ts'
import { count } from '../../../core/text/numbers.ts'
import type { CommandResult } from '../../command/context.ts'
import type { NamedOutputs } from '../../result/output-names.ts'
import type { AwaitedLiveness } from '../live/await-live.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'

/** What serves in one environment, and what Argo CD says of it. */
export interface Verified {
  environment: string
  version: string
  /** `not_watched`: no Argo CD is configured there. `changed_by_hand`: what serves is not what the record says. */
  state: AwaitedLiveness['state'] | 'not_watched' | 'changed_by_hand'
  healthySince?: number
  reasons: string[]
  /** In each cluster of the environment, where it has several. */
  clusters?: AwaitedLiveness['clusters']
  notes: string[]
}

/** The same in every environment that a model serves in. */
export interface VerifiedModel {
  model: string
  environments: Verified[]
}

/** What `verify` of one model shows: a line for each environment. */
export function verifiedResult(
  { model, environments }: VerifiedModel,
  unseen: readonly AssayError[] = [],
): CommandResult {
  const isAll = unseen.length === 0
  return {
    exitCode: isAll ? (environments.every(isWell) ? 0 : 1) : 2,
    text: [...environments.map(one => lineOf(model, one)), ...unseen.map(renderError)].join('\n'),
    json: { model, environments, ...(!isAll && { problems: unseen.map(problemJson) }) },
    outputs: { live: String(isAll && environments.every(isLive)) } satisfies NamedOutputs,
  }
}

/** What `verify` of all that serves shows: how many are live, and a line for each that is not. */
export function allVerifiedResult(
  { name, branch }: DeployBranch,
  models: readonly VerifiedModel[],
  problems: readonly AssayError[],
  unseen: readonly AssayError[],
): CommandResult {
  const all = models.flatMap(({ model, environments }) => environments.map(one => ({ model, ...one })))
  const told = all.filter(one => !isLive(one) || one.notes.length > 0)
  // One server that does not answer is a problem of every model, and said once.
  const failed = new Set([...problems, ...unseen].map(renderError))
  const isKnown = failed.size === 0
  return {
    exitCode: !isKnown ? 2 : all.every(isWell) ? 0 : 1,
    text: [
      summary(name, all, problems.length, unseen.length),
      ...told.map(one => lineOf(one.model, one)),
      ...failed,
    ].join('\n'),
    json: {
      repository: name,
      branch,
      models,
      problems: [...problems, ...unseen].map(problemJson),
    },
    // Of nothing at all nobody knows that it is live.
    outputs: { live: String(isKnown && all.length > 0 && all.every(isLive)) } satisfies NamedOutputs,
  }
}

// --- internal ---

function problemJson({ code, message: title, problems }: AssayError) {
  return { code, title, problems }
}

function summary(
  deploy: string,
  all: readonly (Verified & { model: string })[],
  problems: number,
  unseen: number,
): string {
  if (all.length + problems + unseen === 0)
    return `Nothing serves in ${deploy} yet: there is nothing to verify.`
  const ill = all.filter(one => !isWell(one))
  const live = all.filter(isLive)
  const unwatched = all.length - ill.length - live.length
  const parts = [
    ...(ill.length > 0 ? [`${ill.length} not live: ${named(ill)}`] : []),
    ...(problems > 0 ? [`${count(problems, 'model')} not known`] : []),
    ...(unseen > 0 ? [`${count(unseen, 'place')} not seen`] : []),
    `${live.length} live`,
    ...(unwatched > 0 ? [`${unwatched} not watched`] : []),
  ]
  // Where nobody is asked, nothing is known: that is no failure, and not green.
  const sign = ill.length + problems + unseen > 0 ? '❌' : live.length > 0 ? '✅' : '·'
  return `${sign} ${parts.join(', ')}`
}

const MOST_NAMED = 5

function named(some: readonly { model: string; environment: string }[]): string {
  const shown = some.slice(0, MOST_NAMED).map(({ model, environment }) => `${model} in ${environment}`)
  return `${shown.join(', ')}${some.length > MOST_NAMED ? ` and ${some.length - MOST_NAMED} more` : ''}`
}

function isWell({ state }: Verified): boolean {
  return state === 'live' || state === 'not_watched'
}

function isLive({ state }: Verified): boolean {
  return state === 'live'
}

function lineOf(model: string, { environment, version, state, reasons, clusters, notes }: Verified): string {
  return [
    `${SIGNS[state]} ${model} ${version} in ${environment}: ${stateWords(state, clusters ? [] : reasons)}`,
    ...(clusters ?? []).map(
      one => `    ${SIGNS[one.state]} ${one.cluster}: ${stateWords(one.state, one.reasons)}`,
    ),
    ...notes.map(note => `    ${note}`),
  ].join('\n')
}

function stateWords(state: Verified['state'], reasons: readonly string[]): string {
  return [state.replaceAll('_', ' '), ...(reasons.length > 0 ? [reasons.join('; ')] : [])].join(': ')
}

const SIGNS: Record<Verified['state'], string> = {
  live: '✅',
  progressing: '⏳',
  degraded: '❌',
  blocked: '⛔',
  unknown: '❓',
  not_watched: '·',
  changed_by_hand: '✋',
}
