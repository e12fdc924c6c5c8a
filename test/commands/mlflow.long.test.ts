import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CiFacts } from '../../src/ci/ci.ts'
import { parseDeploy } from '../../src/commands/deploy/read/state.ts'
import { run as runEvaluate } from '../../src/commands/evaluate.ts'
import { aliasTeller } from '../../src/commands/mlflow/aliases.ts'
import { run as runRelease } from '../../src/commands/release.ts'
import { run as runTrain } from '../../src/commands/train.ts'
import {
  aliased,
  artifact,
  endRun,
  experimentNamed,
  logBatch,
  logInputs,
  type MlflowRequest,
  newExperiment,
  newModel,
  newRun,
  newVersion,
  runOf,
  setAlias,
  tagRun,
  versionOf,
  versionsOf,
} from '../../src/core/mlflow/requests.ts'
import { parseRelease } from '../../src/core/release/record-file.ts'
import { plainPlace } from '../forges/deploy-places.ts'
import { faultsBefore, type Gate, MLFLOWS, noMlflow, startGate, startMlflow } from '../support/mlflow.ts'
import { startMlflowDouble } from '../support/mlflow-double.ts'
import { deployFiles } from './deploys.ts'
import { baseFiles, type Files, RUN_DEFAULTS, type Scene, slightlyBetter, useScenes } from './scene.ts'

const scenes = useScenes()

const CONFIG = `model: churn
train: echo training
evaluate: cp candidate.csv predictions.csv && cp all.json metrics.json
metrics: metrics.json
predictions: predictions.csv
parameters: params.yaml
data: [train.csv]
champion: champion
gates:
  - { metric: accuracy, not_worse_than: champion, margin: 0.05 }
`

// biome-ignore lint/suspicious/noExplicitAny: what a server of others answers, looked into
type Answer = any

/** What a team has in its repository: 50 parameters, and a metrics file of 200. */
const PARAMETERS = Array.from({ length: 50 }, (_, at) => `p${at}: ${at / 10}`).join('\n')
const METRICS = JSON.stringify(
  Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`m${at}@10`, at / 7])),
)

describe.skipIf(noMlflow() !== undefined).each(Object.keys(MLFLOWS) as (keyof typeof MLFLOWS)[])(
  'a run at MLflow %s',
  version => {
    let server: { address: string; stop(): Promise<void> }
    let gate: Gate
    let count = 0

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

    /** A pull request whose base has these lines in its configuration, with an experiment of its own. */
    function scene(
      lines: string,
      files: Files = {},
      ci: Partial<CiFacts> = {},
    ): Scene & { experiment: string } {
      const experiment = `churn ${process.pid} ${++count}`
      const config = `${CONFIG}mlflow: { server: '${gate.address}', experiment: '${experiment}', ${lines} }\n`
      const made = scenes.pullRequest(
        baseFiles({
          'assay.yml': config,
          'params.yaml': PARAMETERS,
          'train.csv': 'id\n1\n',
          'all.json': METRICS,
          ...files,
        }),
        { 'candidate.csv': slightlyBetter },
        { serverUrl: 'https://forge.example', repository: 'acme/churn', ...ci },
      )
      made.context.now = () => Date.now()
      made.context.env = { ...made.context.env, MLFLOW_TRACKING_URI: gate.address }
      gate.requests.length = 0
      gate.fault = undefined
      return Object.assign(made, { experiment })
    }

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
      const id = (await ask(named)).experiment?.experiment_id
      return id === undefined ? [] : ((await ask('runs/search', { experiment_ids: [id] })).runs ?? [])
    }

    const write = (to: Scene, file: string, text: string) => writeFileSync(join(to.folder, file), text)
    const pairs = (list: { key: string; value: unknown }[] = []) =>
      Object.fromEntries(list.map(({ key, value }) => [key, value]))

    it('has what a script that knows nothing of MLflow was made with and came to', async () => {
      const pull = scene('')
      const { exitCode } = await pull.run()

      const [run, ...others] = await runsIn(pull.experiment)
      const { mlflow } = pull.result()

      expect(exitCode).toBe(0)
      expect(others).toEqual([])
      expect(mlflow).toEqual({
        at: { server: gate.address, experiment: run.info.experiment_id, run: run.info.run_id },
        problems: [],
      })
      expect(run.info).toMatchObject({
        status: 'FINISHED',
        run_name: `churn ${pull.context.ci.headSha!.slice(0, 7)}`,
      })
      expect(pairs(run.data.params)).toMatchObject({ p0: '0', p49: '4.9' })
      expect(pairs(run.data.metrics)).toMatchObject({ accuracy: 0.925 })
      expect(pairs(run.data.metrics)).toHaveProperty('train_duration')
      expect(pairs(run.data.tags)).toMatchObject({
        'mlflow.source.git.commit': pull.context.ci.headSha,
        'mlflow.source.git.repoURL': 'https://forge.example/acme/churn',
        'assay.pull_request': 'https://forge.example/acme/churn/pull/7',
        'assay.run': 'https://github.com/octo/model/actions/runs/100',
        'assay.verdict': 'pass',
      })
      const whole = (await ask(`runs/get?run_id=${run.info.run_id}`)).run
      const [tested, used] = whole.inputs.dataset_inputs
      const { testSet } = pull.result().candidate
      expect(tested.dataset).toMatchObject({ name: 'test set', digest: testSet!.hash.slice(0, 36) })
      expect(JSON.parse(tested.dataset.source)).toMatchObject({ test_set: testSet!.hash })
      expect(used.dataset.name).toBe('train.csv')
      const page = await fetch(
        `${server.address}/api/2.0/mlflow-artifacts/artifacts/${run.info.experiment_id}/${run.info.run_id}/artifacts/assay/report.html`,
      )
      expect(await page.text()).toContain('<h1>')
      expect(pull.read('assay-result/churn/report.md')).toContain('**MLflow**: [run ')
    })

    it('takes four requests for 50 parameters and 200 metrics', async () => {
      const pull = scene('')
      await pull.run()
      const again = scenes.copyOf(pull)
      again.context.now = () => Date.now()
      again.context.env = pull.context.env
      gate.requests.length = 0
      await again.run()

      const calls = gate.requests.map(({ call }) => call.replace(/\/api\/2.0\/(?:mlflow\/)?/, ''))
      const batch = JSON.parse(gate.requests.find(({ call }) => call.endsWith('log-batch'))!.body)

      expect(calls.filter(call => !/log-inputs|artifacts/.test(call))).toEqual([
        'GET experiments/get-by-name',
        'POST runs/create',
        'POST runs/log-batch',
        'POST runs/update',
      ])
      expect(calls).toHaveLength(6)
      expect(batch.params).toHaveLength(50)
      expect(batch.metrics).toHaveLength(again.result().metrics.length + 2)
      expect(batch.metrics.map(({ key }: { key: string }) => key)).toContain('m7:10')
    })

    it('is the run that training logs in, whose own parameters stay', async () => {
      const script = `import mlflow\nwith mlflow.start_run():\n    mlflow.log_param('p1', 'own')\n    mlflow.log_metric('auc_pr', 0.75)\n    mlflow.log_metric('endless', float('inf'))\n`
      const python = `${MLFLOWS[version]}/bin/python`
      const pull = scene('metrics: true', { 'train.py': script })
      pull.repository.commit('train', {
        'assay.yml': pull.read('assay.yml').replace('echo training', `${python} train.py`),
      })
      pull.context.ci = { ...pull.context.ci, headSha: pull.repository.git('rev-parse', 'HEAD').trim() }
      await pull.run()

      const runs = await runsIn(pull.experiment)
      const result = pull.result()

      expect(pull.log.join('')).not.toContain('Traceback')
      expect(runs).toHaveLength(1)
      expect(pairs(runs[0].data.params)).toMatchObject({ p1: 'own', p2: '0.2', p49: '4.9' })
      expect(result.metrics.find(({ metric }) => metric === 'auc_pr')?.candidate?.value).toBe(0.75)
      expect(result.mlflow?.parameters).toMatchObject({ p1: 'own' })
      expect(result.warnings.join()).toContain('endless')
      expect(result.mlflow?.problems).toEqual([])
    })

    it('is found by its file, and not where it is of an earlier training', async () => {
      const pull = scene('metrics: true, log: false, run_id: run.txt')
      const id = (await ask('experiments/create', { name: pull.experiment })).experiment_id
      const made = async (start: number) =>
        (await ask('runs/create', { experiment_id: id, start_time: start })).run.info.run_id as string
      const [old, fresh] = [await made(Date.now() - 60_000), await made(Date.now() + 60_000)]
      for (const run of [old, fresh])
        await ask('runs/log-metric', { run_id: run, key: 'auc_pr', value: 0.5, timestamp: 1, step: 0 })
      write(pull, 'run.txt', `${fresh}\n`)
      await pull.run()
      const found = pull.result()
      write(pull, 'run.txt', old)
      await pull.run()
      const stale = pull.result()

      expect(found.metrics.map(({ metric }) => metric)).toContain('auc_pr')
      expect(found.mlflow?.at?.run).toBe(fresh)
      expect(stale.metrics.map(({ metric }) => metric)).not.toContain('auc_pr')
      expect(stale.verdict).toBe(found.verdict)
      expect(stale.untold).toContain('MLflow did not tell')
      expect(stale.mlflow?.problems.join()).toContain('began before this training')
    })

    it('is found by its commit, and none where there are two', async () => {
      const pull = scene('metrics: true, log: false')
      const id = (await ask('experiments/create', { name: pull.experiment })).experiment_id
      const tags = [{ key: 'mlflow.source.git.commit', value: pull.context.ci.headSha }]
      const make = async () => {
        const { run } = await ask('runs/create', { experiment_id: id, start_time: Date.now() + 60_000, tags })
        await ask('runs/log-metric', {
          run_id: run.info.run_id,
          key: 'auc_pr',
          value: 0.5,
          timestamp: 1,
          step: 0,
        })
        return run.info.run_id as string
      }
      const first = await make()
      await pull.run()
      const one = pull.result()
      await make()
      await pull.run()
      const two = pull.result()

      expect(one.mlflow).toMatchObject({ at: { run: first }, problems: [] })
      expect(two.mlflow?.at).toBeUndefined()
      expect(two.mlflow?.problems.join()).toContain('2 runs in MLflow have the tag of this commit')
    })

    it('goes on in a later job, and ends as failed where training dies', async () => {
      const pull = scene('')
      const options = { ...RUN_DEFAULTS, train: true }
      await runTrain(pull.context, options)
      const begun = await runsIn(pull.experiment)
      await runEvaluate(pull.context, options)
      const ended = await runsIn(pull.experiment)
      const dying = scene('')
      write(dying, 'assay.yml', dying.read('assay.yml').replace('echo training', 'exit 3'))
      dying.context.ci = {
        ...dying.context.ci,
        pullRequest: undefined,
        baseSha: undefined,
        baseRef: undefined,
      } as CiFacts
      await dying.run()
      const died = await runsIn(dying.experiment)

      expect(begun.map(({ info }) => info.status)).toEqual(['RUNNING'])
      expect(ended.map(({ info }) => [info.run_id, info.status])).toEqual([
        [begun[0].info.run_id, 'FINISHED'],
      ])
      expect(died.map(({ info }) => info.status)).toEqual(['FAILED'])
    })

    it('becomes a version of the registered model, with a logged model on MLflow 3 alone', async () => {
      const name = `churn-${process.pid}-${version[0]}`
      const image = `registry.example/acme/churn@sha256:${'1f'.repeat(32)}`
      const { url } = await deployRepository(version)
      const main = { pullRequest: undefined, baseSha: undefined, baseRef: undefined, actor: 'ada' }
      const built = scene(
        `register: ${name} }\ndeploy: ${url}\npackage: { image: '${image}'`,
        {},
        main as unknown as Partial<CiFacts>,
      )
      await built.run({ 'no-release': true })
      const { text } = await runRelease(built.context, RELEASE)
      await runRelease(built.context, RELEASE)

      const path = 'assay-result/churn/model-release.yaml'
      const record = parseRelease(built.read(path), path)
      const { at } = built.result().mlflow!
      const search = `model-versions/search?filter=${encodeURIComponent(`name='${name}'`)}`
      const { model_versions: versions } = await ask(search)
      const { run } = await ask(`runs/get?run_id=${at!.run}`)
      const models = await fetch(`${server.address}/api/2.0/mlflow/logged-models/search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ experiment_ids: [at!.experiment] }),
      })

      expect(text).not.toContain('MLflow')
      expect(record.mlflow).toEqual({ ...at, model: name, version: '1' })
      expect(versions).toHaveLength(1)
      expect(versions[0]).toMatchObject({ version: '1', source: `oci://${image}`, run_id: at!.run })
      expect(pairs(versions[0].tags)).toMatchObject({
        'assay.commit': built.head,
        'assay.version': record.version,
      })
      expect(pairs(run.data.tags)).toMatchObject({ 'assay.release': record.version })
      expect(models.status).toBe(version[0] === '3' ? 200 : 404)
      if (models.ok)
        expect(((await models.json()) as Answer).models.map(({ info }: Answer) => info.status)).toEqual([
          'LOGGED_MODEL_READY',
        ])

      const serving = { ...record, model: 'churn' }
      const stays = [{ environment: 'production', release: serving, from: 0, health: 'healthy' as const }]
      const config = parseDeploy(
        'mlflow: true\npath: apps/{model}\ntarget: kustomize\noptions: { image: x }\nenvironments: { production: {} }\n',
      )
      const tell = aliasTeller(built.context)
      const first = await tell('churn', { config, stays })
      const second = await tell('churn', { config, stays })
      const alias = await ask(`registered-models/alias?name=${name}&alias=champion`)

      expect(first).toEqual({
        did: [`${name}: version 1 (${record.version}) is champion in MLflow`],
        notes: [],
      })
      expect(second).toEqual({ did: [], notes: [] })
      expect(alias.model_version.version).toBe('1')
    })

    it('is answered as the double of the quick tests answers', async () => {
      const double = await startMlflowDouble()
      const [real, ours] = [await shapes(server.address), await shapes(double.address)]
      await double.stop()

      for (const [call, { status, code, fields }] of Object.entries(ours)) {
        expect({ call, status: real[call]?.status, code: real[call]?.code }).toEqual({ call, status, code })
        expect(
          fields.filter(field => !real[call]!.fields.includes(field)),
          call,
        ).toEqual([])
      }
    })

    it.each(faultsBefore(version))('leaves the verdict alone, whichever call fails by %s', async how => {
      const sound = scene("timeout: '30s'")
      await sound.run()
      const { verdict, metrics } = sound.result()
      const calls = [...new Set(gate.requests.map(({ call }) => call))]

      expect(calls).toHaveLength(7)
      for (const failing of calls) {
        const pull = scenes.copyOf(sound)
        // With an experiment of its own, so that it is made anew.
        const file = pull
          .read('assay.yml')
          .replace(sound.experiment, `${sound.experiment} ${how} ${calls.indexOf(failing)}`)
        // Only what hangs is waited for: on a busy machine two seconds are few for all the others.
        write(pull, 'assay.yml', how === 'timeout' ? file.replace("'30s'", "'2s'") : file)
        pull.context.ci = {
          ...pull.context.ci,
          pullRequest: undefined,
          baseSha: undefined,
          baseRef: undefined,
        } as CiFacts
        pull.context.now = () => Date.now()
        pull.context.env = sound.context.env
        const isArtifact = failing.includes('mlflow-artifacts')
        gate.fault = {
          on: call => (isArtifact ? call.includes('mlflow-artifacts') : call === failing),
          how,
        }
        const { exitCode } = await pull.run()
        const result = pull.result()

        expect({ failing, exitCode, verdict: result.verdict }).toEqual({ failing, exitCode: 0, verdict })
        expect(result.metrics.find(({ metric }) => metric === 'accuracy')?.candidate).toEqual(
          metrics.find(({ metric }) => metric === 'accuracy')?.candidate,
        )
        // What hangs uses up the time of what comes after it, which is a cause of its own.
        const causes = how === 'timeout' ? [1, 2] : [1]
        expect(causes, failing).toContain(result.mlflow?.problems.length)
        expect(pull.read('assay-result/churn/report.md')).toMatch(
          /\*\*MLflow\*\*.*not (?:logged|ended)|no run was made/i,
        )
      }
    })
  },
)

// --- internal ---

const RELEASE = {
  config: 'assay.yml',
  model: undefined,
  output: 'assay-result',
  image: undefined,
  uri: undefined,
  'release-version': undefined,
  'deploy-repo': undefined,
  'deploy-branch': undefined,
  'dry-run': false,
}

async function deployRepository(version: string): Promise<{ url: string }> {
  const config = `path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: '{model}' }\nenvironments:\n  staging: {}\n`
  const place = await plainPlace(undefined, scenes.folder, {
    files: deployFiles('churn', config, ['staging']),
  })
  const address = join(scenes.folder, `tracked-by-${version[0]}.git`)
  symlinkSync(join(scenes.folder, place.repository!), address)
  return { url: `file://${address}` }
}

/** What answers the calls that Assay makes, in one story: status, code of a refusal, and the names of all that is in it. */
async function shapes(
  address: string,
): Promise<Record<string, { status: number; code?: string; fields: string[] }>> {
  const told: Record<string, { status: number; code?: string; fields: string[] }> = {}
  const name = `shapes ${process.pid} ${address.split(':').at(-1)}`
  const ask = async (title: string, request: MlflowRequest<unknown> | undefined): Promise<Answer> => {
    const { path, query, json, bytes, method } = request!
    const answer = await fetch(`${address}${path}${query ? `?${new URLSearchParams(query)}` : ''}`, {
      method: method ?? (json || bytes ? 'POST' : 'GET'),
      ...(json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
      ...(bytes && { body: Buffer.from(bytes) }),
    })
    const text = await answer.text()
    const body = text === '' ? {} : JSON.parse(text)
    told[title] = {
      status: answer.status,
      code: body.error_code,
      fields: body.error_code ? [] : fieldsOf(body),
    }
    return body
  }
  const tag = { key: 'assay.release', value: 'k' }
  const points = { params: [{ key: 'lr', value: '1' }], metrics: [], tags: [] }
  await ask('no experiment', experimentNamed(name))
  const { experiment_id: experiment } = await ask('new experiment', newExperiment(name))
  await ask('experiment', experimentNamed(name))
  const { run } = await ask('new run', newRun(experiment, 'r', 1, [tag]))
  const id = run.info.run_id
  await ask('batch', logBatch(id, points))
  await ask('other parameter', logBatch(id, { ...points, params: [{ key: 'lr', value: '2' }] }))
  const dataset = { name: 'd', digest: '1f', source_type: 'assay', source: '{}' }
  await ask('inputs', logInputs(id, [{ tags: [], dataset }]))
  await ask('tag', tagRun(id, tag))
  await ask('artifact', artifact(run.info.artifact_uri, 'assay/x.html', new Uint8Array([1])))
  await ask('end', endRun(id, 'FINISHED', 2))
  await ask('run', runOf(id))
  await ask('no run', runOf('0'.repeat(32)))
  await ask('no version yet', versionsOf(name, tag))
  await ask('new model', newModel(name))
  await ask('model again', newModel(name))
  const version = { name, source: 's3://models/x', description: 'd', tags: [tag] }
  await ask('new version', newVersion(version))
  await ask('versions', versionsOf(name, tag))
  await ask('version', versionOf(name, '1'))
  await ask('no version', versionOf(name, '99'))
  await ask('no alias', aliased(name, 'champion'))
  await ask('set alias', setAlias(name, 'champion', '1'))
  await ask('alias', aliased(name, 'champion'))
  return told
}

function fieldsOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap(entry => fieldsOf(entry, at))
  if (typeof value !== 'object' || value === null) return [`${at}: ${typeof value}`]
  return Object.entries(value).flatMap(([key, entry]) => fieldsOf(entry, `${at}/${key}`))
}
