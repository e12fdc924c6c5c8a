import type { Retrain } from '../../core/config/retrain.ts'
import type { StartedRun } from '../../forges/workflows.ts'
import type { DeployAccess } from '../command/context.ts'

/** What is started for a retraining, on its branch, with the claim. */
export interface RetrainRuns {
  /** As it is called in a sentence. */
  name: string
  /** Those that were started for a retraining, newest first. */
  runsOn(branch: string): Promise<StartedRun[]>
  start(branch: string, claim: string): Promise<void>
}

/** The runs that `retrain` of a model names; or why there can be none. */
export function runsOf(retrain: Started, access: DeployAccess): RetrainRuns | { impossible: string } {
  return 'workflow' in retrain ? WAYS.workflow(retrain, access) : WAYS.pipeline(retrain, access)
}

// --- internal ---

type Started = Exclude<Retrain, { file: string }>
type KeyOf<One> = One extends unknown ? keyof One : never
type Way = Exclude<KeyOf<Started>, 'cool_down_days' | 'most_a_month'>

const WAYS: {
  [W in Way]: (
    retrain: Extract<Started, Record<W, unknown>>,
    access: DeployAccess,
  ) => RetrainRuns | { impossible: string }
} = {
  workflow: ({ workflow }, { workflows, repository }) =>
    workflows
      ? {
          name: workflow,
          runsOn: branch => workflows.runsOn(workflow, branch),
          start: (branch, claim) => workflows.start(workflow, branch, { claim }),
        }
      : {
          impossible: `${repository.name} is on no forge that has workflows: \`workflow\` of \`retrain\` is for GitHub`,
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
          impossible: `${repository.name} is on no forge that has pipelines: \`pipeline\` of \`retrain\` is for GitLab`,
        },
}

const GIVEN = { input: 'claim', variable: 'ASSAY_CLAIM' }
