import type { ReleaseRecord } from '../../core/release/record.ts'
import { unknownEnvironment } from '../command/unknown-name.ts'
import type { DeploySite } from '../deploy/read/deploy-branch.ts'
import { servingsIn } from '../deploy/read/serving.ts'
import { impossible, type Retrainable } from './facts.ts'

/**
 * The version whose retraining it is: what serves in the environment that is named, else in that of `champion`, else in the last one
 * that the model serves in.
 *
 * @throws AssayError `RETRAIN_IMPOSSIBLE` where nothing serves there; `ENVIRONMENT_UNKNOWN`
 */
export async function championOf(
  home: DeploySite,
  model: string,
  { champion }: Pick<Retrainable, 'champion'>,
  environment: string | undefined,
): Promise<ReleaseRecord> {
  const { environments } = (await servingsIn(home, [model])).get(model)!
  const named = environment ?? (champion && 'environment' in champion ? champion.environment : undefined)
  const at =
    named === undefined
      ? environments.findLast(({ release }) => release)
      : environments.find(({ name }) => name === named)
  if (named !== undefined && !at)
    throw unknownEnvironment(
      named,
      environments.map(({ name }) => name),
    )
  if (at?.release && at.broken === undefined) return at.release
  const where = named === undefined ? home.deploy.name : named
  const what = at?.broken ?? `nothing serves in ${where} yet`
  throw impossible(model, [{ what, fix: 'a first version is trained by a person, in a pull request' }])
}
