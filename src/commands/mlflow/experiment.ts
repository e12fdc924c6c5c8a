import { experimentNamed, newExperiment } from '../../core/mlflow/requests.ts'
import type { MlflowServer } from './server.ts'

/**
 * The id of an experiment.
 *
 * @throws AssayError as `MlflowServer.send`; MLFLOW_REFUSED where there is none and none is to be made
 */
export async function experimentCalled(server: MlflowServer, name: string, isMade: boolean): Promise<string> {
  const found = await server.ask(experimentNamed(name))
  if ('answer' in found) return found.answer.experiment.experiment_id
  if (!isMade || found.refusal.code !== 'RESOURCE_DOES_NOT_EXIST')
    return (await server.send(experimentNamed(name))).experiment.experiment_id
  return (await server.send(newExperiment(name))).experiment_id
}
