import { describe, expect, it } from 'vitest'
import { MlflowAliases } from '../../../src/core/deploy-config/mlflow.ts'
import { parseDeployConfig } from '../../../src/core/deploy-config/read-deploy-config.ts'
import { aliasesDue } from '../../../src/core/mlflow/aliases.ts'
import type { MlflowRun } from '../../../src/core/mlflow/answers.ts'
import { onlyRun, runIdIn } from '../../../src/core/mlflow/find-run.ts'
import { versionFor } from '../../../src/core/mlflow/registration.ts'
import { TARGETS } from '../../../src/targets/index.ts'
import { release } from '../../support/releases.ts'

const schemas = Object.fromEntries(Object.entries(TARGETS).map(([name, { schema }]) => [name, schema]))
const configOf = (mlflow: string) =>
  parseDeployConfig(
    `path: apps/{model}/{environment}\ntarget: kustomize\noptions: { image: x }\n${mlflow}environments:\n  dev: {}\n  staging: { after: dev }\n  production: { after: staging }\n`,
    'assay-deploy.yml',
    schemas,
  )
const registered = (number: number) =>
  release(number, 'churn', {
    mlflow: { server: 'https://mlflow.example', model: 'churn', version: String(number) },
  })
const due = (mlflow: string, serving: Record<string, ReturnType<typeof release>>) =>
  aliasesDue(configOf(mlflow), new Map(Object.entries(serving))).map(
    ({ alias, version }) => `${alias} ${version}`,
  )

describe('the aliases that are due', () => {
  const serving = { dev: registered(3), staging: registered(2), production: registered(1) }

  it('follow the last environment and the one before it', () => {
    expect(due('mlflow: true\n', serving)).toEqual(['champion 1', 'challenger 2'])
  })

  it('follow the environments that are named', () => {
    expect(due('mlflow: { champion: staging, challenger: dev }\n', serving)).toEqual([
      'champion 2',
      'challenger 3',
    ])
  })

  it('are none where nobody asks for any', () => {
    expect(due('', serving)).toEqual([])
  })

  it('stay where what serves is not registered, or nothing does', () => {
    expect(due('mlflow: true\n', { staging: registered(2), production: release(1) })).toEqual([
      'challenger 2',
    ])
    expect(due('mlflow: true\n', {})).toEqual([])
  })

  it('are of environments that there are', () => {
    expect(() => configOf('mlflow: { champion: prod }\n')).toThrowError(/CONFIG_INVALID|assay-deploy.yml/)
    expect(MlflowAliases.parse(true)).toEqual({})
  })
})

describe('a version', () => {
  it('has the image by its digest, and what it was made from, as tags', () => {
    const record = registered(1)
    const { source, tags } = versionFor(record, 'churn', { run: 'r1' })

    expect(source).toBe(`oci://${record.image!.name}@${record.image!.digest}`)
    expect(tags.map(({ key }) => key)).toEqual([
      'assay.release',
      'assay.model',
      'assay.version',
      'assay.commit',
      'assay.verdict',
      'assay.image',
    ])
  })

  it('of what a model server loads is that address', () => {
    const { image: _, ...record } = registered(1)

    expect(versionFor({ ...record, uri: 's3://models/churn/1' }, 'churn', {}).source).toBe(
      's3://models/churn/1',
    )
  })
})

describe('the run of a commit', () => {
  const run = (id: string, start: number, tags: { key: string; value: string }[] = []) =>
    ({
      info: { run_id: id, experiment_id: '1', start_time: start, artifact_uri: '' },
      data: {
        metrics: [],
        params: [],
        tags: [{ key: 'mlflow.source.git.commit', value: 'abc' }, ...tags],
      },
    }) as unknown as MlflowRun
  const judged = (since?: number) => ({ commits: ['abc'], since, asked: 100 })
  const released = [{ key: 'assay.release', value: 'r-1' }]

  it.each([
    ['the only one', [run('a', 5)], undefined, 'a'],
    ['not one of an earlier training', [run('a', 5), run('b', 20)], 10, 'b'],
    ['not one that is released', [run('a', 5, released), run('b', 20)], undefined, 'b'],
  ])('is %s', (_, runs, since, id) => {
    expect(onlyRun(runs, judged(since))).toMatchObject({ run: { info: { run_id: id } } })
  })

  it('is none of several, which it names', () => {
    expect(onlyRun([run('aaaaaaaa1', 1), run('bbbbbbbb1', 2)], judged())).toMatchObject({
      problem: expect.stringContaining('aaaaaaaa, bbbbbbbb'),
    })
    expect(onlyRun([run('a', 5)], judged(10))).toHaveProperty('problem')
  })

  it.each([
    ['0123abcd\n', '0123abcd'],
    ['', undefined],
    ['a/b', undefined],
    ['../x', undefined],
    ['a\nb', undefined],
  ])('by the file %j is %s', (text, id) => expect(runIdIn(text)).toBe(id))
})
