import type { ModelConfig } from '../../core/config/config.ts'
import { parseConfig } from '../../core/config/read-config.ts'
import type { Retrain } from '../../core/config/retrain.ts'
import { AssayError, type Problem } from '../../core/errors/errors.ts'
import type { BranchHead } from '../../core/git/commit-seal.ts'
import { retrainBranch, retrainPrefix } from '../../core/promotion/retraining/branch.ts'
import type { SeenRetraining } from '../../core/promotion/retraining/plan.ts'
import type { DeployRepository } from '../../forges/deploy-repository.ts'
import type { PullRequests } from '../../forges/pull-requests.ts'
import { unknownModel } from '../command/unknown-name.ts'

/** What the default branch of a model's repository says. */
export interface RetrainSource {
  /** The default branch and its head, which retrainings begin at. */
  branch: string
  head: BranchHead
  models: Readonly<Record<string, ModelConfig>>
}

/** The configuration on the default branch: of nothing that is only proposed. @throws AssayError `CONFIG_MISSING`, `CONFIG_INVALID` */
export async function readRetrainSource(
  repository: DeployRepository,
  branch: string,
  file: string,
): Promise<RetrainSource> {
  const found = await repository.readHead(branch, file)
  if (found?.text === undefined)
    throw new AssayError({
      code: 'CONFIG_MISSING',
      title: 'There is no configuration',
      problems: [{ what: `there is no ${file} on the branch \`${branch}\` of ${repository.name}` }],
    })
  return { branch, head: found.head, models: parseConfig(found.text, file).config.models }
}

/** A model that says how it is retrained, and where it serves. */
export interface Retrainable extends ModelConfig {
  retrain: Retrain
  deploy: NonNullable<ModelConfig['deploy']>
}

/** @throws AssayError `MODEL_UNKNOWN`; `RETRAIN_IMPOSSIBLE` where it does not say how, or serves by no deploy repository */
export function retrainable({ models }: RetrainSource, model: string): Retrainable {
  const config = models[model]
  if (!config) throw unknownModel(model, Object.keys(models))
  const { retrain, deploy } = config
  const problems: Problem[] = []
  if (!retrain)
    problems.push({
      what: `\`retrain\` of ${model} is not set on the default branch`,
      fix: 'say how it is trained anew: `retrain: { file, value }` or `retrain: { workflow }`; docs/commands/retrain.md has both',
    })
  if (!deploy)
    problems.push({
      what: `\`deploy\` of ${model} is not set`,
      fix: 'name its deploy repository: a retraining is of the version that serves there',
    })
  if (problems.length > 0) throw impossible(model, problems)
  return { ...config, retrain: retrain!, deploy: deploy! }
}

/** The retraining for a champion, and those of the same model for others, as far as branches tell of them. */
export async function readRetrainings(
  repository: DeployRepository,
  pullRequests: PullRequests,
  { model, champion, base }: { model: string; champion: string; base: string },
): Promise<{ own: SeenRetraining; others: SeenRetraining[] }> {
  const own = retrainBranch({ model, champion })
  // Its pull requests are remembered also where the branch is gone.
  const names = [...new Set([own, ...(await repository.listBranches(retrainPrefix(model)))])]
  const heads = await repository.readBranches(names)
  const seen = names.map(async (branch): Promise<SeenRetraining> => {
    const { open, closed } = await pullRequests.ofBranch(branch, base)
    return { branch, head: heads.get(branch)?.commit, open, closed }
  })
  const [first, ...others] = await Promise.all(seen)
  return { own: first!, others }
}

export function impossible(model: string, problems: Problem[]): AssayError {
  return new AssayError({ code: 'RETRAIN_IMPOSSIBLE', title: `${model} cannot be retrained`, problems })
}
