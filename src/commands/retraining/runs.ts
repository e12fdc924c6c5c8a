import type { Retrain } from '../../core/config/retrain.ts'
import type { Problem } from '../../core/errors/errors.ts'
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

/** Runs of the claim that is there. A branch that was made anew has those of its earlier life as well, of other commits or older. */
export async function runsOfClaim(
  { runsOn }: RetrainRuns,
  { branch, head, closed }: Pick<SeenRetraining, 'branch' | 'closed'> & { head: string },
): Promise<StartedRun[]> {
  const since = Math.max(0, ...closed.map(({ openedAt = 0 }) => openedAt))
  return (await runsOn(branch)).filter(({ headSha = head, at }) => headSha === head && at >= since)
}

// --- internal ---

type Started = Exclude<Retrain, { file: string }>
type KeyOf<One> = One extends unknown ? keyof One : never
type Way = Exclude<KeyOf<Started>, 'cool_down_days' | 'most_a_month'>

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
  job: ({ job }, _, world) => {
    const found = jenkinsOf(world)
    if ('impossible' in found) return found
    return {
      name: `the job ${job}`,
      runsOn: branch =>
        found.builds(job, 'claim', claim => claim === branch || claim.startsWith(`${branch}/`)),
      start: (_, claim) => found.start(job, 'claim', claim),
    }
  },
}

const GIVEN = { input: 'claim', variable: 'ASSAY_CLAIM' }
