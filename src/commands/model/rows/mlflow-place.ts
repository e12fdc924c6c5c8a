import { MOST_KEPT_BYTES } from '../../../core/inputs/kept/kept-rows.ts'
import type { MlflowRun } from '../../../core/mlflow/answers.ts'
import { artifact, artifactIn, endRun, newRun, runsTagged } from '../../../core/mlflow/requests.ts'
import { mlflowWay } from '../../../core/secrets/mlflow-way.ts'
import { visible } from '../../../core/text/visible-text.ts'
import { experimentCalled } from '../../mlflow/experiment.ts'
import { type MlflowServer, openMlflow, orNoted } from '../../mlflow/server.ts'
import type { ModelWork } from '../../project/project.ts'
import { type RowsPlace, unfit } from './rows-place.ts'

/**
 * Rows as an artifact of a run that holds nothing else, found again by its tag: who deletes that run deletes them. The experiment is
 * one of its own, for who may read an experiment may read all of its artifacts. A run that was not ended has no whole file.
 */
export function inMlflow({ context, project, model, config }: ModelWork, name: string): RowsPlace {
  const named = { server: config.mlflow?.server, namedBy: project.configuration.source }

  function opened(): MlflowServer {
    const way = mlflowWay(context.ci, named, context.env)
    if (!way)
      throw unfit('no server is named', 'set MLFLOW_TRACKING_URI, or `mlflow.server` in the configuration')
    if ('refused' in way) throw unfit(way.refused)
    return openMlflow(context, way, IN_ALL)
  }

  return {
    name: `mlflow://${name}`,
    nameOf: () => ({}),
    async keep({ hash }, bytes) {
      const server = opened()
      const experiment = await experimentCalled(server, name, true)
      const { runs } = await server.send(runsTagged(experiment, tagOf(hash)))
      if (runs.some(isWhole)) return
      const tags = [tagOf(hash), { key: 'assay.model', value: model }]
      const title = `rows of ${model} ${hash.slice(0, 7)}`
      const run = runs[0] ?? (await server.send(newRun(experiment, title, context.now(), tags))).run
      const upload = artifact(run.info.artifact_uri, fileOf(hash), bytes)
      const end = (status: 'FINISHED' | 'FAILED') =>
        server.send(endRun(run.info.run_id, status, context.now()))
      try {
        if (!upload) throw outOfReach(name, run)
        await server.send({ ...upload, ...MOVING })
      } catch (error) {
        // Why the file is not there is what is told.
        await orNoted([], 'its run was not ended', () => end('FAILED'))
        throw error
      }
      await end('FINISHED')
    },
    async take({ hash }) {
      const server = opened()
      const experiment = await experimentCalled(server, name, false)
      const { runs } = await server.send(runsTagged(experiment, tagOf(hash)))
      const run = runs.find(isWhole)
      if (!run) return undefined
      const file = artifactIn(run.info.artifact_uri, fileOf(hash), MOST_KEPT_BYTES)
      if (!file) throw outOfReach(name, run)
      return Buffer.from(await server.send({ ...file, ...MOVING }))
    },
  }
}

// --- internal ---

/** Milliseconds for all that is asked of the server, and for the one try there is to move the file. */
const IN_ALL = 180_000
const MOVING = { deadline: 120_000, isRepeatable: false }

const fileOf = (hash: string) => `${hash}.rows`
const tagOf = (hash: string) => ({ key: 'assay.rows', value: hash })
const isWhole = ({ info }: MlflowRun) => info.status === 'FINISHED'

function outOfReach(name: string, { info }: MlflowRun): Error {
  const [scheme] = /^[\w-]{1,30}:/.exec(info.artifact_uri) ?? ['a folder']
  return unfit(
    `the artifacts of ${visible(name)} are in a store (${scheme}) that only a client of its own gets into`,
    'start the server with `--artifacts-destination` in place of `--default-artifact-root` and name a new experiment, or another place',
  )
}
