import { createHash } from 'node:crypto'
import type { Retrain } from '../../core/config/retrain.ts'
import type { Problem } from '../../core/errors/errors.ts'
import { earlierRunsPrefix } from '../../core/promotion/retraining/branch.ts'
import type { SeenRetraining } from '../../core/promotion/retraining/plan.ts'
import type { StartedRun } from '../../forges/workflows.ts'
import type { DeployAccess, World } from '../command/context.ts'
import { jenkinsOf } from './jenkins.ts'

/** What is known of where this runs. */
export type RetrainWorld = Pick<World, 'env' | 'ci' | 'signal'>

/** What is started for a retraining, on its branch, with the claim. */
export interface RetrainRuns {
  /** As it is called in a sentence. */
  name: string
  /** Those that were started for a retraining, newest first. */
  runsOn(branch: string): Promise<StartedRun[]>
  start(branch: string, claim: string): Promise<void>
}

/** The runs that `retrain` of a model names; or why there can be none. */
export function runsOf(
  retrain: Started,
  access: DeployAccess,
  world: RetrainWorld,
): RetrainRuns | { impossible: Problem[] } {
  if ('workflow' in retrain) return WAYS.workflow(retrain, access, world)
  return 'pipeline' in retrain ? WAYS.pipeline(retrain, access, world) : WAYS.job(retrain, access, world)
}

/** Runs of the claim that is there. A branch that was made anew has those of its earlier life as well: noted, of other commits or older. */
export async function runsOfClaim(
  { claims }: Pick<DeployAccess, 'claims'>,
  { runsOn }: RetrainRuns,
  { branch, head, closed }: Pick<SeenRetraining, 'branch' | 'closed'> & { head: string },
): Promise<StartedRun[]> {
  const since = Math.max(0, ...closed.map(({ openedAt = 0 }) => openedAt))
  const runs = (await runsOn(branch)).filter(({ headSha = head, at }) => headSha === head && at >= since)
  if (!claims || !runs.some(isEnded)) return runs
  const earlier = new Set(await claims.claimsBelow(earlierRunsPrefix(branch)))
  return runs.filter(run => !earlier.has(earlierRef(branch, run)))
}

/**
 * Notes which runs are of an earlier life of a branch, before it is made anew: those that ended. One that is under way is not begun
 * beside.
 *
 * @param commit what the notes are made on
 */
export async function noteEarlierRuns(
  { claims, repository }: DeployAccess,
  { runsOn }: RetrainRuns,
  { branch, commit }: { branch: string; commit: string },
): Promise<void> {
  const ended = claims ? (await runsOn(branch)).filter(isEnded) : []
  // Looked at after its runs: whoever makes the branch meanwhile has started none of them.
  if (!claims || ended.length === 0 || (await repository.readBranches([branch])).get(branch)) return
  const known = new Set(await claims.claimsBelow(earlierRunsPrefix(branch)))
  for (const ref of ended.map(run => earlierRef(branch, run)))
    if (!known.has(ref)) await claims.claim(ref, commit, 'Its branch was deleted')
}

// --- internal ---

function isEnded({ state }: StartedRun): boolean {
  return state !== 'running'
}

/** By its address: numbers are those of one job, or one forge. */
function earlierRef(branch: string, { url }: StartedRun): string {
  return `${earlierRunsPrefix(branch)}${createHash('sha256').update(url).digest('hex').slice(0, 16)}`
}

type Started = Exclude<Retrain, { file: string }>
type KeyOf<One> = One extends unknown ? keyof One : never
type Way = Exclude<KeyOf<Started>, 'cool_down_days' | 'most_a_month' | 'update'>

const WAYS: {
  [W in Way]: (
    retrain: Extract<Started, Record<W, unknown>>,
    access: DeployAccess,
    world: RetrainWorld,
  ) => RetrainRuns | { impossible: Problem[] }
} = {
  workflow: ({ workflow }, { workflows, repository }) =>
    workflows
      ? {
          name: workflow,
          runsOn: branch => workflows.runsOn(workflow, branch),
          start: (branch, claim) => workflows.start(workflow, branch, { claim }),
        }
      : {
          impossible: [
            {
              what: `${repository.name} is on no forge that has workflows: \`workflow\` of \`retrain\` is for GitHub`,
            },
          ],
        },
  pipeline: ({ pipeline }, { pipelines, repository }) =>
    pipelines
      ? {
          name: 'a pipeline',
          runsOn: branch => pipelines.runsOn(branch),
          start: (branch, claim) =>
            pipelines.start(branch, { as: pipeline, name: GIVEN[pipeline], value: claim }),
        }
      : {
          impossible: [
            {
              what: `${repository.name} is on no forge that has pipelines: \`pipeline\` of \`retrain\` is for GitLab`,
            },
          ],
        },
  job: ({ job }, { repository }, world) => {
    const found = jenkinsOf(world)
    if ('impossible' in found) return found
    return {
      name: `the job ${job}`,
      // A job that several repositories share is told which; where it is not, it is of one.
      runsOn: branch =>
        found.builds(
          job,
          ({ claim = '', repository: of = '' }) =>
            (claim === branch || claim.startsWith(`${branch}/`)) && (of === '' || of === repository.name),
        ),
      start: (_, claim) => found.start(job, 'claim', claim, { repository: repository.name }),
    }
  },
}

const GIVEN = { input: 'claim', variable: 'ASSAY_CLAIM' }
