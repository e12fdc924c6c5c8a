import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  faultsBefore,
  type Gate,
  MLFLOWS,
  noMlflow,
  startGate,
  startMlflow,
} from '../../../support/mlflow.ts'
import { bad, type Scene, slightlyBetter, useScenes } from '../../scene.ts'
import { comparedIn, released } from './released.ts'

/** What real servers do with the rows of releases. */

const scenes = useScenes()

// biome-ignore lint/suspicious/noExplicitAny: what a server of others answers, looked into
type Answer = any

describe.skipIf(noMlflow() !== undefined).each(Object.keys(MLFLOWS) as (keyof typeof MLFLOWS)[])(
  'rows that are kept in MLflow %s',
  version => {
    let server: { address: string; stop(): Promise<void> }
    let gate: Gate

    beforeAll(async () => {
      const own = process.env[`ASSAY_TEST_MLFLOW_${version[0]}`]
      server = own
        ? { address: own, stop: async () => {} }
        : await startMlflow(version, join(scenes.folder, version))
      gate = await startGate(server.address)
    }, 600_000)
    afterAll(async () => {
      await gate?.stop()
      await server?.stop()
    })

    const keptIn = (experiment: string) => {
      gate.fault = undefined
      return released(scenes, `mlflow://${experiment}`, { env: { MLFLOW_TRACKING_URI: gate.address } })
    }
    const own = (name: string) => `${name}-${process.pid}`

    async function ask(path: string, json?: object): Promise<Answer> {
      const answer = await fetch(`${server.address}/api/2.0/mlflow/${path}`, {
        ...(json && {
          method: 'POST',
          body: JSON.stringify(json),
          headers: { 'content-type': 'application/json' },
        }),
      })
      return answer.json()
    }

    async function runsIn(experiment: string): Promise<Answer[]> {
      const named = `experiments/get-by-name?experiment_name=${encodeURIComponent(experiment)}`
      const id = (await ask(named)).experiment.experiment_id
      return (await ask('runs/search', { experiment_ids: [id] })).runs ?? []
    }

    it('are an artifact of one ended run, and what the next candidate is compared with', async () => {
      const { text, record, weigh } = await keptIn(own('rows'))
      await keptIn(own('rows'))

      const better = await weigh(slightlyBetter)
      const worse = await weigh(bad)

      expect(text).not.toContain('not kept')
      const [run, ...others] = await runsIn(own('rows'))
      expect(others).toEqual([])
      expect(run.info.status).toBe('FINISHED')
      expect(run.data.tags).toEqual(
        expect.arrayContaining([
          { key: 'assay.rows', value: record().rows!.hash },
          { key: 'assay.model', value: 'churn' },
        ]),
      )
      expect(comparedIn(better)).toEqual({ paired: true, judged: 'better', verdict: 'pass', warnings: '' })
      expect(comparedIn(worse)).toMatchObject({ paired: true, verdict: 'fail' })
    })

    it('that somebody changed or deleted, and runs for forks, leave it unpaired, and the report says why', async () => {
      const { record, weigh } = await keptIn(own('fading'))
      const warned = async (change?: (scene: Scene) => void) => {
        const { paired, warnings } = comparedIn(await weigh(slightlyBetter, undefined, change))
        expect(paired).toBe(false)
        return warnings
      }
      const [{ info }] = await runsIn(own('fading'))

      gate.requests.length = 0
      const ofFork = await warned(({ context }) => {
        context.ci = { ...context.ci, fromFork: true }
      })
      expect(ofFork).toMatch(/the comparison with it is unpaired: .*fork/)
      expect(gate.requests).toEqual([])

      expect(
        await warned(({ context }) => {
          context.env = { ...context.env, MLFLOW_TRACKING_URI: '' }
        }),
      ).toContain('no server is named')

      const path = `${info.artifact_uri.replace('mlflow-artifacts:/', '')}/${record().rows!.hash}.rows`
      await fetch(`${server.address}/api/2.0/mlflow-artifacts/artifacts/${path}`, {
        method: 'PUT',
        body: 'other',
      })
      expect(await warned()).toContain(`what lies in mlflow://${own('fading')} is not what its record names`)

      await ask('runs/delete', { run_id: info.run_id })
      expect(await warned()).toContain(`they are not in mlflow://${own('fading')} any more`)
    })

    it('in a store that only its own client gets into are not kept, and no run seems to go on', async () => {
      await ask('experiments/create', { name: own('of-s3'), artifact_location: 's3://bucket/rows' })

      const { text, record } = await keptIn(own('of-s3'))

      expect(text).toMatch(/Its rows are not kept, .* are in a store \(s3:\) that only a client of its own/)
      expect(text).toContain('`--artifacts-destination`')
      expect(record().rows).toBeUndefined()
      expect((await runsIn(own('of-s3'))).map(({ info }) => info.status)).toEqual(['FAILED'])
    })

    it.each(faultsBefore(version))(
      'are no part of a release or a verdict where the server answers %s',
      async how => {
        const { weigh } = await keptIn(own(`sound-${how}`))
        gate.fault = { on: call => /runs\/search$/.test(call), how }
        const unsearched = comparedIn(await weigh(slightlyBetter))
        gate.fault = { on: call => how !== 'timeout' && /^GET \/api\/2\.0\/mlflow-artifacts/.test(call), how }
        const unfetched = comparedIn(await weigh(slightlyBetter))
        gate.fault = { on: call => call.startsWith('PUT '), how: how === 'timeout' ? 'reset' : how }
        const { text } = await released(scenes, `mlflow://${own(`unsound-${how}`)}`, {
          env: { MLFLOW_TRACKING_URI: gate.address },
        })
        gate.fault = undefined

        expect(unsearched).toMatchObject({
          paired: false,
          warnings: expect.stringMatching(/The champion's rows are not to be had, .*: /),
        })
        if (how !== 'timeout')
          expect(unfetched).toMatchObject({ paired: false, warnings: expect.stringMatching(/not to be had/) })
        expect(text).toContain('Its rows are not kept')
        expect((await runsIn(own(`unsound-${how}`))).map(({ info }) => info.status)).toEqual(['FAILED'])
      },
    )
  },
)
